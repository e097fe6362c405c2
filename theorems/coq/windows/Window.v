(* The learning window: definitions, and its value at the exponents 0 and 1/2.

   STEP profile with imbalance ratio r >= 1 (R in the text; here R is the set of real numbers) and
   equal halves, class weights n_c^(-gamma), smallest class of size 1.  In the projected flow a
   direction is learned at the rate sigma lambda, that is at time 1 / (sigma lambda):
     majority   r^(1/2 - gamma)
     middle     (r^(1 - gamma) + 1) / sqrt (2 (r + 1))     (majority against minority)
     minority   1
   The window compares the last learning time with the first: relatively (last / first - 1) or
   absolutely (last - first).  All three directions are taken to exist, which asks for at least two
   majority and two minority classes; a group with a single class has no direction of its own.

   Computed by: ufm_theory::window::{vanilla_relative, vanilla_absolute, limiting}, spectrum::StepSpectrum::rate.
   Source: arXiv:2601.12011 (rates, vanilla window, window at gamma = 1/2). *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

Definition rate_maj (r gamma : R) : R := Rpower r (1 / 2 - gamma).
Definition rate_mid (r gamma : R) : R := (Rpower r (1 - gamma) + 1) / sqrt (2 * (r + 1)).
Definition rate_min : R := 1.

(* First and last of three times, and the two spreads. *)
Definition first_of (T1 T2 T3 : R) : R := Rmin T1 (Rmin T2 T3).
Definition last_of (T1 T2 T3 : R) : R := Rmax T1 (Rmax T2 T3).
Definition relative_spread (T1 T2 T3 : R) : R := last_of T1 T2 T3 / first_of T1 T2 T3 - 1.
Definition absolute_spread (T1 T2 T3 : R) : R := last_of T1 T2 T3 - first_of T1 T2 T3.

(* The relative and the absolute window of the exponent gamma. *)
Definition window (r gamma : R) : R :=
  relative_spread (/ rate_maj r gamma) (/ rate_mid r gamma) (/ rate_min).
Definition absolute_window (r gamma : R) : R :=
  absolute_spread (/ rate_maj r gamma) (/ rate_mid r gamma) (/ rate_min).

(* The closed form of the window at gamma = 1/2. *)
Definition win (r : R) : R := sqrt (2 * (r + 1)) / (sqrt r + 1) - 1.

Lemma sqrt_ge1 r : 1 <= r -> 1 <= sqrt r.
Proof. intros H. rewrite <- sqrt_1. apply sqrt_le_1; lra. Qed.

Lemma inv_le1 x : 1 <= x -> 0 < / x <= 1.
Proof.
  intros H. split; [apply Rinv_0_lt_compat; lra|].
  rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
Qed.

Lemma Rpower_half r : 0 < r -> Rpower r (1 / 2) = sqrt r.
Proof. intros H. replace (1 / 2) with (/ 2) by field. apply Rpower_sqrt, H. Qed.

(* At gamma = 1/2 the majority and minority rates are both 1. *)
Theorem rate_maj_half r : 0 < r -> rate_maj r (1 / 2) = rate_min.
Proof. intros H. unfold rate_maj, rate_min. rewrite Rminus_diag_eq by reflexivity. apply Rpower_O, H. Qed.

(* At gamma = 1/2 the middle rate is (sqrt r + 1) / sqrt (2 (r + 1)). *)
Theorem rate_mid_half r : 0 < r -> rate_mid r (1 / 2) = (sqrt r + 1) / sqrt (2 * (r + 1)).
Proof.
  intros H. unfold rate_mid. replace (1 - 1 / 2) with (1 / 2) by field.
  rewrite Rpower_half by exact H. reflexivity.
Qed.

(* At gamma = 0 the rates are the singular values sqrt r and sqrt ((r + 1) / 2). *)
Theorem rate_maj_vanilla r : 0 < r -> rate_maj r 0 = sqrt r.
Proof. intros H. unfold rate_maj. rewrite Rminus_0_r. apply Rpower_half, H. Qed.
Theorem rate_mid_vanilla r : 0 < r -> rate_mid r 0 = sqrt ((r + 1) / 2).
Proof.
  intros H. unfold rate_mid. rewrite Rminus_0_r, Rpower_1 by exact H.
  assert (H2 : 0 < sqrt (2 * (r + 1))) by (apply sqrt_lt_R0; lra).
  apply (Rmult_eq_reg_r (sqrt (2 * (r + 1)))); [|lra].
  rewrite <- sqrt_mult by lra. replace ((r + 1) / 2 * (2 * (r + 1))) with (Rsqr (r + 1)) by (unfold Rsqr; field).
  rewrite sqrt_Rsqr by lra. field. lra.
Qed.

(* The middle rate at gamma = 1/2 is at most 1: the middle direction is the last. *)
Lemma rate_mid_half_le1 r : 1 <= r -> 0 < (sqrt r + 1) / sqrt (2 * (r + 1)) <= 1.
Proof.
  intros H. pose proof (sqrt_ge1 r H) as Hx.
  assert (H2 : 0 < sqrt (2 * (r + 1))) by (apply sqrt_lt_R0; lra). split.
  - apply Rdiv_lt_0_compat; lra.
  - apply Rle_div_l; [lra|]. rewrite Rmult_1_l. apply Rsqr_incr_0; [|lra|lra].
    rewrite Rsqr_sqrt by lra. unfold Rsqr. pose proof (sqrt_sqrt r ltac:(lra)). nra.
Qed.

(* The vanilla learning times are ordered majority, middle, minority. *)
Lemma vanilla_times r : 1 <= r -> 0 < / sqrt r <= / sqrt ((r + 1) / 2) /\ / sqrt ((r + 1) / 2) <= 1.
Proof.
  intros H. pose proof (sqrt_ge1 r H). pose proof (sqrt_ge1 ((r + 1) / 2) ltac:(lra)).
  repeat split.
  - apply Rinv_0_lt_compat. lra.
  - apply Rinv_le_contravar; [lra|]. apply sqrt_le_1; lra.
  - apply inv_le1. assumption.
Qed.

(* The window at gamma = 1/2, derived from the three rates, is win.
   Computed by window::reweighted_relative. *)
Theorem window_half_is_win r : 1 <= r -> window r (1 / 2) = win r.
Proof.
  intros H. unfold window, relative_spread, first_of, last_of, win.
  rewrite rate_maj_half, rate_mid_half by lra. unfold rate_min. rewrite Rinv_1.
  pose proof (rate_mid_half_le1 r H) as [H0 H1]. pose proof (sqrt_ge1 r H) as Hx.
  assert (H2 : 0 < sqrt (2 * (r + 1))) by (apply sqrt_lt_R0; lra).
  set (m := (sqrt r + 1) / sqrt (2 * (r + 1))) in *.
  assert (1 <= / m) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
  rewrite (Rmax_left (/ m) 1), (Rmin_right (/ m) 1), Rmax_right, Rmin_left by lra.
  unfold m. field. lra.
Qed.

(* It equals the middle learning time over the minority one, minus 1. *)
Theorem win_is_mid_over_min r : 0 < r -> win r = / rate_mid r (1 / 2) / (/ rate_min) - 1.
Proof.
  intros H. rewrite rate_mid_half by exact H. unfold win, rate_min. pose proof (sqrt_pos r).
  assert (H2 : 0 < sqrt (2 * (r + 1))) by (apply sqrt_lt_R0; lra). field. lra.
Qed.

(* Vanilla relative window: sqrt r - 1.  Computed by window::vanilla_relative. *)
Theorem vanilla_window r : 1 <= r -> window r 0 = sqrt r - 1.
Proof.
  intros H. unfold window, relative_spread, first_of, last_of.
  rewrite rate_maj_vanilla, rate_mid_vanilla by lra. unfold rate_min. rewrite Rinv_1.
  pose proof (vanilla_times r H) as [[H0 H1] H2]. pose proof (sqrt_ge1 r H) as Hx.
  rewrite (Rmax_right _ 1), (Rmin_left _ 1), Rmax_right, Rmin_left by lra. field. lra.
Qed.

(* Vanilla absolute window: 1 - 1 / sqrt r.  Computed by window::vanilla_absolute. *)
Theorem vanilla_absolute_window r : 1 <= r -> absolute_window r 0 = 1 - / sqrt r.
Proof.
  intros H. unfold absolute_window, absolute_spread, first_of, last_of.
  rewrite rate_maj_vanilla, rate_mid_vanilla by lra. unfold rate_min. rewrite Rinv_1.
  pose proof (vanilla_times r H) as [[H0 H1] H2]. pose proof (sqrt_ge1 r H) as Hx.
  rewrite (Rmax_right _ 1), (Rmin_left _ 1), Rmax_right, Rmin_left by lra. reflexivity.
Qed.

(* The vanilla absolute window stays below 1, whatever the imbalance. *)
Theorem vanilla_absolute_window_lt1 r : 1 <= r -> 0 <= absolute_window r 0 < 1.
Proof.
  intros H. rewrite vanilla_absolute_window by exact H.
  pose proof (vanilla_times r H) as [[H0 H1] H2]. lra.
Qed.

(* The vanilla relative window tends to infinity with r ... *)
Theorem vanilla_window_limit : is_lim (fun r => window r 0) p_infty p_infty.
Proof.
  apply (is_lim_ext_loc (fun r => sqrt r - 1)).
  - exists 1. intros r Hr. symmetry. apply vanilla_window. lra.
  - apply (is_lim_minus _ _ _ p_infty 1);
      [apply is_lim_sqrt_p, is_lim_id | apply is_lim_const | reflexivity].
Qed.

(* ... so that no constant bounds it. *)
Theorem vanilla_window_unbounded : forall B, exists r, 1 <= r /\ B < window r 0.
Proof.
  intros B. pose proof (Rabs_pos B). pose proof (Rle_abs B).
  exists (Rsqr (Rabs B + 2)). assert (1 <= Rsqr (Rabs B + 2)) by (unfold Rsqr; nra).
  split; [assumption|]. rewrite vanilla_window, sqrt_Rsqr by lra. lra.
Qed.
