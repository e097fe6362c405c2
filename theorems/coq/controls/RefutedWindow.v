(* False neighbours of the theorems on windows, exponents and learning times, refuted.

   Each statement below differs from a theorem of this folder in one detail, and its negation is
   proved.  Hypotheses are stated with each.  Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime MajorityFirst Window WindowBound WindowSplit Exponent EffectiveRates.
Open Scope R_scope.

(* The bound sqrt 2 - 1 cannot be lowered by 1/1000 (neighbour of window_bound). *)
Theorem not_window_bound_lowered :
  ~ (forall r, 1 <= r -> window r (1 / 2) < sqrt 2 - 1 - 1 / 1000).
Proof.
  intros H. destruct (win_bound_tight (sqrt 2 - 1 - 1 / 1000) ltac:(lra)) as [r [Hr L]].
  specialize (H r Hr). rewrite window_half_is_win in H by exact Hr. lra.
Qed.

(* The bound is never attained (neighbour of window_bound). *)
Theorem not_window_bound_attained : ~ (exists r, 1 <= r /\ window r (1 / 2) = sqrt 2 - 1).
Proof. intros [r [Hr E]]. pose proof (window_bound r Hr). lra. Qed.

(* The window is not positive without imbalance (neighbour of win_at_1). *)
Theorem not_win_positive_at_1 : ~ (forall r, 1 <= r -> 0 < win r).
Proof. intros H. specialize (H 1 ltac:(lra)). rewrite win_at_1 in H. lra. Qed.

(* The equal-halves bound fails for some split (neighbour of window_split_bound): with a quarter
   of minority classes the window exceeds sqrt 2 - 1. *)
Theorem not_halves_bound_for_every_split :
  ~ (forall share r, 0 < share < 1 -> 1 <= r -> window_split share r (1 / 2) < sqrt 2 - 1).
Proof.
  intros H. assert (S4 : / sqrt (1 / 4) = 2).
  { replace (1 / 4) with (Rsqr (1 / 2)) by (unfold Rsqr; field). rewrite sqrt_Rsqr by lra. field. }
  assert (S2 : sqrt 2 < 3 / 2).
  { apply Rsqr_incrst_0; [|apply sqrt_pos|lra]. rewrite Rsqr_sqrt by lra. unfold Rsqr. lra. }
  destruct (win_split_bound_tight (1 / 4) ltac:(lra) (1 / 2)) as [r [Hr L]]; [rewrite S4; lra|].
  specialize (H (1 / 4) r ltac:(lra) Hr). rewrite window_split_half in H by lra. lra.
Qed.

(* The vanilla relative window is not bounded by 100 (neighbour of vanilla_absolute_window_lt1). *)
Theorem not_vanilla_window_bounded_by_100 : ~ (forall r, 1 <= r -> window r 0 <= 100).
Proof. intros H. destruct (vanilla_window_unbounded 100) as [r [Hr L]]. specialize (H r Hr). lra. Qed.

(* The relative window is not the absolute one (neighbour of vanilla_window). *)
Theorem not_vanilla_relative_is_absolute : ~ (forall r, 1 <= r -> window r 0 = absolute_window r 0).
Proof.
  intros H. destruct (vanilla_window_unbounded 1) as [r [Hr L]].
  pose proof (vanilla_absolute_window_lt1 r Hr). rewrite (H r Hr) in L. lra.
Qed.

(* The exponent 49/100 does not equalise the rates, at any r > 1 (neighbour of rate_maj_half). *)
Theorem not_flat_at_49_hundredths : ~ (exists r, 1 < r /\ rate_maj r (49 / 100) = rate_min).
Proof. intros [r [Hr E]]. apply (rates_equal_iff_half r) in E; lra. Qed.

(* Inverse-frequency weights (gamma = 1) do not: at gamma = 1 the minority is strictly faster. *)
Theorem not_flat_at_inverse_frequency : ~ (exists r, 1 < r /\ rate_min <= rate_maj r 1).
Proof. intros [r [Hr E]]. pose proof (minority_faster_above_half r 1 Hr ltac:(lra)). lra. Qed.

(* Nor is the window of inverse-frequency weights bounded (neighbour of window_bound). *)
Theorem not_inverse_frequency_bounded : ~ (exists B, forall r, 1 <= r -> window r 1 <= B).
Proof. intros H. apply window_bounded_iff_half in H. lra. Qed.

(* The exponent that minimises the window is not 1 (neighbour of half_minimises_window). *)
Theorem not_inverse_frequency_optimal : ~ (forall r gamma, 1 < r -> window r 1 <= window r gamma).
Proof.
  intros H. pose proof (H 2 (1 / 2) ltac:(lra)). pose proof (half_minimises_window 2 1 ltac:(lra) ltac:(lra)).
  lra.
Qed.

(* At gamma = 1/2 the middle rate is not 1 as well: the projected spectrum is not flat
   (neighbour of rates_at_half). *)
Theorem not_middle_rate_one : ~ (exists r, 1 < r /\ rate_mid r (1 / 2) = 1).
Proof.
  intros [r [Hr E]]. pose proof (win_increasing 1 r ltac:(lra) Hr) as L.
  rewrite win_at_1, win_is_mid_over_min, E in L by lra. unfold rate_min in L. lra.
Qed.

Section OneMode.
Variables sigma lambda : R.
Hypotheses (Hsigma : 0 < sigma) (Hlambda : 0 < lambda).

(* 1 / (2 sigma lambda) is not the limit learning time: beyond it the mode need not be learned
   (neighbour of learned_after). *)
Theorem not_learning_time_half :
  ~ (forall tau, 1 / (2 * sigma * lambda) < tau ->
       is_lim (fun delta => rel sigma lambda delta tau) p_infty 1).
Proof.
  intros H. assert (Hsl : 0 < sigma * lambda) by nra.
  assert (Hi : 0 < / (sigma * lambda)) by (apply Rinv_0_lt_compat, Hsl).
  assert (E : 1 / (2 * sigma * lambda) = 1 / 2 * / (sigma * lambda)) by (field; lra).
  assert (E1 : learning_time sigma lambda = / (sigma * lambda)) by apply Rmult_1_l.
  rewrite E in H. set (T := / (sigma * lambda)) in *. set (tau := 3 / 4 * T).
  assert (L1 : is_lim (fun delta => rel sigma lambda delta tau) p_infty 1) by (apply H; unfold tau; lra).
  assert (L0 : is_lim (fun delta => rel sigma lambda delta tau) p_infty 0).
  { apply not_learned_before; try assumption. rewrite E1. unfold tau. lra. }
  apply is_lim_unique in L1. apply is_lim_unique in L0. rewrite L0 in L1.
  injection L1. lra.
Qed.

(* The amplitude never reaches its limit (neighbour of s_limit). *)
Theorem not_learned_in_finite_time s0 : 0 < s0 < sigma -> ~ (exists t, s sigma lambda s0 t = sigma).
Proof. intros H [t E]. pose proof (s_range sigma lambda Hsigma s0 t H). lra. Qed.

(* The mode ODE without the factor 2 is not satisfied (neighbour of s_ode). *)
Theorem not_ode_without_2 s0 : 0 < s0 < sigma ->
  ~ (forall t : R, is_derive (s sigma lambda s0) t
       (lambda * s sigma lambda s0 t * (sigma - s sigma lambda s0 t))).
Proof.
  intros H D. pose proof (is_derive_unique _ _ _ (D 0)) as E1.
  pose proof (is_derive_unique _ _ _ (s_ode sigma lambda s0 0 H)) as E2.
  rewrite E1 in E2. pose proof (s_range sigma lambda Hsigma s0 0 H) as L.
  set (x := s sigma lambda s0 0) in *. clearbody x.
  assert (0 < lambda * x * (sigma - x)) by (repeat apply Rmult_lt_0_compat; lra). lra.
Qed.
End OneMode.

(* From the plain start the majority is not first at every delta (neighbour of
   majority_first_plain): with sigma_i = 2, sigma_j = 1 and exp(2 delta) = 2 the order is reversed. *)
Theorem not_majority_first_plain_always :
  ~ (forall sigma_i sigma_j delta, 0 < sigma_j < sigma_i -> 0 < delta -> exp (-2 * delta) < sigma_j ->
       t_half sigma_i 1 (s0_plain delta) < t_half sigma_j 1 (s0_plain delta)).
Proof.
  intros H. pose proof (ln_lt_2) as Hl. specialize (H 2 1 (ln 2 / 2) ltac:(lra) ltac:(lra)).
  rewrite !t_half_plain, exp_m2 in H. replace (2 * (ln 2 / 2)) with (ln 2) in H by field.
  rewrite exp_ln in H by lra. replace (1 * 2 - 1) with 1 in H by ring. rewrite ln_1 in H.
  specialize (H ltac:(lra)). replace (2 * 2 - 1) with 3 in H by ring.
  assert (0 < ln 3) by (rewrite <- ln_1; apply ln_increasing; lra). lra.
Qed.
