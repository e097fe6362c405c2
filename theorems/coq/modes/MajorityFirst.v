(* Which of two modes is learned first.

   Two modes i and j with sigma_i lambda_i > sigma_j lambda_j (unweighted loss: sigma_i > sigma_j).
   Mode i is learned first: in the limit delta -> infinity, and at finite delta for the scaled
   start (every delta > ln 2 / 2, which says that the start is below half the limit) and, for the
   unweighted loss, for the plain start as soon as sigma_j exp(2 delta) >= 5.

   Computed by: ufm_theory::learning_time::{limiting, normalised}.
   Source: arXiv:2601.12011 (order of the limit times); finite delta: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime.
Open Scope R_scope.

Section TwoModes.
Variables sigma_i lambda_i sigma_j lambda_j : R.
Hypotheses (Hsi : 0 < sigma_i) (Hli : 0 < lambda_i) (Hsj : 0 < sigma_j) (Hlj : 0 < lambda_j).

Lemma rates_pos : 0 < sigma_i * lambda_i /\ 0 < sigma_j * lambda_j.
Proof. split; apply Rmult_lt_0_compat; assumption. Qed.

(* Ratios of half-amplitude times from the scaled start are ratios of rates, for every delta. *)
Theorem t_half_ratio_scaled delta : ln 2 / 2 < delta ->
  t_half sigma_i lambda_i (s0_scaled sigma_i delta)
  / t_half sigma_j lambda_j (s0_scaled sigma_j delta)
  = (sigma_j * lambda_j) / (sigma_i * lambda_i).
Proof.
  intros H. apply exp2_gt2 in H.
  assert (0 < ln (exp (2 * delta) - 1)) by (rewrite <- ln_1; apply ln_increasing; lra).
  rewrite !t_half_scaled by assumption. field. repeat split; lra.
Qed.

(* The faster mode has the smaller limit learning time. *)
Theorem learning_time_order : sigma_j * lambda_j < sigma_i * lambda_i ->
  learning_time sigma_i lambda_i < learning_time sigma_j lambda_j.
Proof.
  intros H. pose proof rates_pos. unfold learning_time, Rdiv. rewrite !Rmult_1_l.
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat|]; tauto.
Qed.

(* At every rescaled time strictly between the two learning times the faster mode is learned and
   the slower one is not, as delta -> infinity. *)
Theorem faster_learned_slower_not tau :
  learning_time sigma_i lambda_i < tau < learning_time sigma_j lambda_j ->
  is_lim (fun delta => rel sigma_i lambda_i delta tau) p_infty 1 /\
  is_lim (fun delta => rel sigma_j lambda_j delta tau) p_infty 0.
Proof.
  intros [H1 H2]. split; [apply learned_after | apply not_learned_before]; assumption.
Qed.

(* From the scaled start the faster mode has the smaller half-amplitude time, for every delta. *)
Theorem faster_first_scaled delta : ln 2 / 2 < delta ->
  sigma_j * lambda_j < sigma_i * lambda_i ->
  t_half sigma_i lambda_i (s0_scaled sigma_i delta)
  < t_half sigma_j lambda_j (s0_scaled sigma_j delta).
Proof.
  intros H Hr. pose proof rates_pos. apply exp2_gt2 in H. rewrite !t_half_scaled by assumption.
  unfold Rdiv. apply Rmult_lt_compat_l.
  - rewrite <- ln_1. apply ln_increasing; lra.
  - apply Rinv_lt_contravar; [apply Rmult_lt_0_compat|]; lra.
Qed.

(* From the scaled start the faster mode is ahead at every time. *)
Theorem faster_ahead_scaled delta t : 0 < delta -> 0 < t -> sigma_j * lambda_j < sigma_i * lambda_i ->
  s sigma_j lambda_j (s0_scaled sigma_j delta) t / sigma_j < s sigma_i lambda_i (s0_scaled sigma_i delta) t / sigma_i.
Proof.
  intros Hd Ht Hr. assert (E1 : 1 < exp (2 * delta)) by (rewrite <- exp_0; apply exp_increasing; lra).
  assert (F : forall sg lb, 0 < sg -> s sg lb (s0_scaled sg delta) t / sg
    = / (1 + (exp (2 * delta) - 1) * exp (-2 * sg * lb * t))).
  { intros sg lb Hsg. unfold s, s0_scaled. rewrite exp_m2. pose proof (exp_pos (-2 * sg * lb * t)).
    replace (sg / (sg * / exp (2 * delta))) with (exp (2 * delta)) by (field; lra).
    assert (0 < (exp (2 * delta) - 1) * exp (-2 * sg * lb * t)) by (apply Rmult_lt_0_compat; lra). field. lra. }
  rewrite !F by assumption.
  assert (L : exp (-2 * sigma_i * lambda_i * t) < exp (-2 * sigma_j * lambda_j * t)) by (pose proof (Rmult_lt_compat_r t _ _ Ht Hr); apply exp_increasing; lra).
  pose proof (exp_pos (-2 * sigma_i * lambda_i * t)). pose proof (exp_pos (-2 * sigma_j * lambda_j * t)).
  assert (0 < exp (2 * delta) - 1) by lra.
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat|]; nra.
Qed.

(* ln(x - 1) / x is decreasing for x >= 5. *)
Lemma ln_over_decreasing x y : 5 <= x -> x < y -> ln (y - 1) / y < ln (x - 1) / x.
Proof.
  intros Hx Hy.
  assert (H4 : 5 / 4 <= ln 4).
  { rewrite <- (ln_exp (5 / 4)). apply ln_le; [apply exp_pos|].
    apply Rnot_lt_le. intros Hc. pose proof exp_le_3 as H3. pose proof (exp_pos 1) as H0.
    assert (E : exp (5 / 4) ^ 4 = exp 1 ^ 5).
    { simpl. rewrite !Rmult_1_r, <- !exp_plus. f_equal. field. }
    set (x4 := exp (5 / 4)) in *. assert (16 < x4 ^ 2) by (simpl; nra).
    assert (256 < x4 ^ 4) by (replace (x4 ^ 4) with (x4 ^ 2 * x4 ^ 2) by ring; nra).
    assert (exp 1 ^ 5 <= 3 ^ 5) by (apply pow_incr; lra).
    rewrite <- E in *. lra. }
  assert (Hl : ln 4 <= ln (x - 1)) by (apply ln_le; lra).
  assert (Hu : ln (y - 1) < ln (x - 1) + (y - x) / (x - 1)).
  { replace (y - 1) with ((x - 1) * (1 + (y - x) / (x - 1))) by (field; lra).
    assert (0 < (y - x) / (x - 1)) by (apply Rdiv_lt_0_compat; lra).
    rewrite ln_mult by lra. apply Rplus_lt_compat_l.
    rewrite <- (ln_exp ((y - x) / (x - 1))) at 2. apply ln_increasing; [lra|].
    apply exp_ineq1. lra. }
  apply Rlt_div_l; [lra|]. replace (ln (x - 1) / x * y) with (ln (x - 1) * y / x) by (field; lra).
  apply Rlt_div_r; [lra|].
  assert (x * (y - x) / (x - 1) <= ln (x - 1) * (y - x)).
  { replace (x * (y - x) / (x - 1)) with (x / (x - 1) * (y - x)) by (field; lra).
    apply Rmult_le_compat_r; [lra|]. apply Rle_trans with (5 / 4); [|lra].
    apply Rle_div_l; lra. }
  replace (x * (y - x) / (x - 1)) with (x * ((y - x) / (x - 1))) in * by (field; lra). nra.
Qed.

(* Unweighted loss, plain start: the larger singular value is learned first at every delta with
   sigma_j exp(2 delta) >= 5. *)
Theorem majority_first_plain delta : sigma_j < sigma_i -> 5 <= sigma_j * exp (2 * delta) ->
  t_half sigma_i 1 (s0_plain delta) < t_half sigma_j 1 (s0_plain delta).
Proof.
  intros Hs H5. rewrite !t_half_plain by lra. rewrite !Rmult_1_r. pose proof (exp_pos (2 * delta)) as HE.
  set (E := exp (2 * delta)) in *.
  pose proof (ln_over_decreasing (sigma_j * E) (sigma_i * E) H5 ltac:(nra)) as L.
  replace (ln (sigma_i * E - 1) / (2 * sigma_i))
    with (ln (sigma_i * E - 1) / (sigma_i * E) * (E / 2)) by (field; lra).
  replace (ln (sigma_j * E - 1) / (2 * sigma_j))
    with (ln (sigma_j * E - 1) / (sigma_j * E) * (E / 2)) by (field; lra).
  apply Rmult_lt_compat_r; lra.
Qed.
End TwoModes.
