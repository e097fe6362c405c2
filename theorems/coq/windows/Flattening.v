(* What the exponent does to the three rates, as statements on learning times 1 / (sigma lambda): flat at 1/2, minority first
   above; and from the scaled start nothing of the window depends on the scale.

   Rates, weights and the share p of minority classes are those of EffectiveRates.v and WindowSplit.v; smallest class of size 1.
   Computed by: ufm_theory::{learning_time::limiting, window::{limiting, at_scale}, spectrum::StepSpectrum::rate}.
   Source: arXiv:2601.12011 (gamma = 1/2, equal halves); the rest: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime MajorityFirst Window WindowBound WindowSplit EffectiveRates Exponent.
Open Scope R_scope.

(* The contrast rate of equal halves at gamma = 1/2 lies in (1 / sqrt 2, 1]. *)
Theorem rate_mid_half_range r : 1 <= r -> / sqrt 2 < rate_mid r (1 / 2) <= 1.
Proof.
  intros Hr. pose proof (rate_mid_half_le1 r Hr) as [M0 M1]. pose proof (win_lt_sqrt2 r ltac:(lra)) as L.
  rewrite win_is_mid_over_min in L by lra. rewrite rate_mid_half in * by lra.
  unfold rate_min, Rdiv in L. rewrite !Rinv_1, Rmult_1_r in L. fold (Rdiv (sqrt r + 1) (sqrt (2 * (r + 1)))) in L.
  set (m := (sqrt r + 1) / sqrt (2 * (r + 1))) in *. split; [|exact M1].
  rewrite <- (Rinv_inv m). apply Rinv_lt_contravar; [|lra].
  apply Rmult_lt_0_compat; [apply Rinv_0_lt_compat; lra | apply sqrt_lt_R0; lra].
Qed.

(* It is 1 only without imbalance. *)
Theorem rate_mid_half_lt1 r : 1 < r -> rate_mid r (1 / 2) < 1.
Proof.
  intros Hr. pose proof (win_increasing 1 r ltac:(lra) Hr) as W. rewrite win_at_1, win_is_mid_over_min in W by lra.
  destruct (rate_mid_half_range r ltac:(lra)) as [_ [L|E]]; [exact L|].
  rewrite E in W. unfold rate_min in W. replace (/ 1 / / 1 - 1) with 0 in W by field. lra.
Qed.

(* gamma = 1/2: both group rates are 1 for every r and split, the contrast rate of equal halves as said. *)
Theorem flattening r : 1 <= r ->
  step_sigma_maj r * step_lambda_maj r (1 / 2) = 1 /\
  step_sigma_min * step_lambda_min = 1 /\
  forall h, 0 < h ->
    step_sigma_mid h h r * step_lambda_mid h h r (1 / 2) = (sqrt r + 1) / sqrt (2 * (r + 1)) /\
    / sqrt 2 < step_sigma_mid h h r * step_lambda_mid h h r (1 / 2) <= 1.
Proof.
  intros Hr. destruct (rates_at_half 1 r ltac:(lra) ltac:(lra)) as [H1 [H2 _]]. split; [exact H1|]. split; [exact H2|].
  intros h Hh. destruct (rates_at_half h r Hh ltac:(lra)) as [_ [_ H3]]. split; [exact H3|].
  rewrite middle_rate by lra. apply rate_mid_half_range, Hr.
Qed.

(* Minority before majority exactly when gamma > 1/2, the majority later by the factor r^(gamma - 1/2). *)
Theorem reversed_order r gamma : 1 < r ->
  let T_maj := learning_time (step_sigma_maj r) (step_lambda_maj r gamma) in
  let T_min := learning_time step_sigma_min step_lambda_min in
  (T_min < T_maj <-> 1 / 2 < gamma) /\ (T_min = T_maj <-> gamma = 1 / 2) /\ T_maj / T_min = Rpower r (gamma - 1 / 2).
Proof.
  intros Hr T_maj T_min.
  assert (E1 : T_maj = Rpower r (gamma - 1 / 2)).
  { unfold T_maj, learning_time. rewrite majority_rate by lra. unfold rate_maj, Rdiv. rewrite Rmult_1_l, <- Rpower_Ropp.
    f_equal. ring. }
  assert (E2 : T_min = 1) by (unfold T_min, learning_time; rewrite minority_rate; unfold rate_min; field).
  rewrite E1, E2. split; [|split; [|field]].
  - split; [|intros H; apply Rpower_gt1; lra]. intros H.
    destruct (Rlt_or_le (1 / 2) gamma) as [|[L|L]]; [assumption| |].
    + pose proof (Rpower_lt1 r (gamma - 1 / 2) Hr ltac:(lra)). lra.
    + rewrite L, Rminus_diag_eq, Rpower_O in H by lra. lra.
  - split; [|intros ->; rewrite Rminus_diag_eq, Rpower_O by lra; reflexivity]. intros H.
    destruct (Rtotal_order gamma (1 / 2)) as [L|[L|L]]; [|exact L|].
    + pose proof (Rpower_lt1 r (gamma - 1 / 2) Hr ltac:(lra)). lra.
    + pose proof (Rpower_gt1 r (gamma - 1 / 2) Hr ltac:(lra)). lra.
Qed.

(* The relative spread does not depend on the unit of time. *)
Lemma relative_spread_scaled c x y z : 0 < c -> relative_spread (c * x) (c * y) (c * z) = relative_spread x y z.
Proof.
  intros Hc. unfold relative_spread, last_of, first_of.
  assert (MX : forall u v, Rmax (c * u) (c * v) = c * Rmax u v).
  { intros u v. unfold Rmax. destruct (Rle_dec (c * u) (c * v)), (Rle_dec u v); try reflexivity; nra. }
  assert (MN : forall u v, Rmin (c * u) (c * v) = c * Rmin u v).
  { intros u v. unfold Rmin. destruct (Rle_dec (c * u) (c * v)), (Rle_dec u v); try reflexivity; nra. }
  rewrite !MX, !MN. unfold Rdiv. rewrite Rinv_mult. f_equal.
  transitivity (c * / c * (Rmax x (Rmax y z) * / Rmin x (Rmin y z))); [ring|]. rewrite Rinv_r by lra. ring.
Qed.

(* From the scaled start every half-amplitude time is its limit time, in one unit common to all modes. *)
Theorem t_half_scaled_is_learning_time sigma lambda delta : 0 < sigma -> 0 < lambda ->
  t_half sigma lambda (s0_scaled sigma delta) = ln (exp (2 * delta) - 1) / 2 * learning_time sigma lambda.
Proof. intros Hs Hl. rewrite t_half_scaled by assumption. unfold learning_time. field. lra. Qed.

(* So the window of any three modes at finite delta equals its limit. *)
Theorem scaled_window s1 l1 s2 l2 s3 l3 delta : 0 < s1 -> 0 < l1 -> 0 < s2 -> 0 < l2 -> 0 < s3 -> 0 < l3 ->
  ln 2 / 2 < delta ->
  relative_spread (t_half s1 l1 (s0_scaled s1 delta)) (t_half s2 l2 (s0_scaled s2 delta)) (t_half s3 l3 (s0_scaled s3 delta))
  = relative_spread (learning_time s1 l1) (learning_time s2 l2) (learning_time s3 l3).
Proof.
  intros. rewrite !t_half_scaled_is_learning_time by assumption. apply relative_spread_scaled.
  pose proof (exp2_gt2 delta ltac:(assumption)).
  assert (0 < ln (exp (2 * delta) - 1)) by (rewrite <- ln_1; apply ln_increasing; lra). lra.
Qed.

(* That of a STEP profile, for any split and exponent. *)
Theorem scaled_window_step k_maj k_min r gamma delta : 0 < k_maj -> 0 < k_min -> 0 < r -> ln 2 / 2 < delta ->
  let T sigma lambda := t_half sigma lambda (s0_scaled sigma delta) in
  relative_spread (T (step_sigma_maj r) (step_lambda_maj r gamma))
    (T (step_sigma_mid k_maj k_min r) (step_lambda_mid k_maj k_min r gamma)) (T step_sigma_min step_lambda_min)
  = window_split (k_min / (k_maj + k_min)) r gamma.
Proof.
  intros Hj Hn Hr Hd T. unfold T.
  assert (0 < k_min * r) by (apply Rmult_lt_0_compat; assumption).
  pose proof (exp_pos (- gamma * ln r)) as W0. fold (Rpower r (- gamma)) in W0.
  rewrite scaled_window; try assumption; try (unfold step_sigma_min, step_lambda_min; lra).
  - unfold learning_time. rewrite majority_rate, minority_rate, middle_rate_split by assumption.
    unfold Rdiv. rewrite !Rmult_1_l. reflexivity.
  - apply sqrt_lt_R0, Hr.
  - apply sqrt_lt_R0, Rdiv_lt_0_compat; lra.
  - apply Rdiv_lt_0_compat; [|lra]. assert (0 < k_min * r * Rpower r (- gamma)) by (apply Rmult_lt_0_compat; assumption). lra.
Qed.
