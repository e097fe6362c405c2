(* Learning rates sigma lambda of the STEP profile, from singular values and effective weights.

   k_maj majority and k_min minority classes (positive reals here, so that no integrality is used),
   imbalance ratio r >= 1 (R in the text), smallest class of size 1, class weights n_c^(-gamma):
     sigma_maj = sqrt r       lambda_maj = r^(-gamma)
     sigma_mid = sqrt ((k_maj + k_min r) / k)
     lambda_mid = (k_min r w_maj + k_maj w_min) / (k_min r + k_maj)
     sigma_min = 1            lambda_min = 1
   The squared singular values are the eigenvalues in Spectrum.v, the weights those in
   EffectiveWeights.v; here their products are shown to be the rates used in Window.v and
   WindowSplit.v, with p = k_min / k.
   Computed by: ufm_theory::spectrum::StepSpectrum::{sigma, lambda, rate}.
   Source: arXiv:2601.12011 (equal halves); any split: this project. *)
From Coq Require Import Reals Lra Psatz.
From UFM Require Import Window WindowSplit.
Open Scope R_scope.

Definition step_sigma_maj (r : R) : R := sqrt r.
Definition step_sigma_mid (k_maj k_min r : R) : R := sqrt ((k_maj + k_min * r) / (k_maj + k_min)).
Definition step_sigma_min : R := 1.
Definition step_lambda_maj (r gamma : R) : R := Rpower r (- gamma).
Definition step_lambda_mid (k_maj k_min r gamma : R) : R :=
  (k_min * r * Rpower r (- gamma) + k_maj * 1) / (k_min * r + k_maj).
Definition step_lambda_min : R := 1.

Lemma Rpower_1_minus r gamma : 0 < r -> r * Rpower r (- gamma) = Rpower r (1 - gamma).
Proof.
  intros H. rewrite <- (Rpower_1 r) at 1 by exact H. rewrite <- Rpower_plus. f_equal.
Qed.

(* Majority: sigma lambda = r^(1/2 - gamma).  Computed by spectrum::StepSpectrum::rate. *)
Theorem majority_rate r gamma : 0 < r -> step_sigma_maj r * step_lambda_maj r gamma = rate_maj r gamma.
Proof.
  intros H. unfold step_sigma_maj, step_lambda_maj, rate_maj.
  rewrite <- Rpower_half, <- Rpower_plus by exact H. reflexivity.
Qed.

(* Minority: sigma lambda = 1. *)
Theorem minority_rate : step_sigma_min * step_lambda_min = rate_min.
Proof. apply Rmult_1_l. Qed.

(* Middle, any split: sigma lambda is rate_mid_split at the minority share p = k_min / k. *)
Theorem middle_rate_split k_maj k_min r gamma : 0 < k_maj -> 0 < k_min -> 0 < r ->
  step_sigma_mid k_maj k_min r * step_lambda_mid k_maj k_min r gamma
  = rate_mid_split (k_min / (k_maj + k_min)) r gamma.
Proof.
  intros Hj Hn Hr. unfold step_sigma_mid, step_lambda_mid, rate_mid_split.
  assert (Hm : 0 < k_min * r) by (apply Rmult_lt_0_compat; lra).
  replace (k_min / (k_maj + k_min) * r + (1 - k_min / (k_maj + k_min)))
    with ((k_maj + k_min * r) / (k_maj + k_min)) by (field; lra).
  rewrite Rmult_assoc, Rpower_1_minus by exact Hr.
  assert (Hx : 0 < (k_maj + k_min * r) / (k_maj + k_min)) by (apply Rdiv_lt_0_compat; lra).
  pose proof (sqrt_lt_R0 _ Hx) as Hs. pose proof (sqrt_sqrt _ (Rlt_le _ _ Hx)) as E.
  set (x := (k_maj + k_min * r) / (k_maj + k_min)) in *.
  replace (k_min * r + k_maj) with (sqrt x * sqrt x * (k_maj + k_min)) by (rewrite E; unfold x; field; lra).
  field. lra.
Qed.

(* Middle, equal halves: sigma lambda = (r^(1 - gamma) + 1) / sqrt (2 (r + 1)). *)
Theorem middle_rate h r gamma : 0 < h -> 0 < r ->
  step_sigma_mid h h r * step_lambda_mid h h r gamma = rate_mid r gamma.
Proof.
  intros Hh Hr. rewrite middle_rate_split by assumption.
  replace (h / (h + h)) with (1 / 2) by (field; lra). apply rate_mid_split_halves, Hr.
Qed.

(* sigma and lambda are computed by spectrum::StepSpectrum::sigma and ::lambda.
   Equal halves: lambda_mid = (r^(1 - gamma) + 1) / (r + 1) and sigma_mid^2 = (r + 1) / 2. *)
Theorem lambda_mid_equal_halves h r gamma : 0 < h -> 0 < r ->
  step_lambda_mid h h r gamma = (Rpower r (1 - gamma) + 1) / (r + 1).
Proof.
  intros Hh Hr. unfold step_lambda_mid. rewrite Rmult_assoc, Rpower_1_minus by exact Hr.
  field. nra.
Qed.
Theorem sigma_mid_equal_halves h r : 0 < h -> step_sigma_mid h h r = sqrt ((r + 1) / 2).
Proof. intros Hh. unfold step_sigma_mid. f_equal. field. lra. Qed.

(* At gamma = 1/2 the majority and minority rates are both 1, and the middle one, for equal halves,
   is (sqrt r + 1) / sqrt (2 (r + 1)). *)
Theorem rates_at_half h r : 0 < h -> 0 < r ->
  step_sigma_maj r * step_lambda_maj r (1 / 2) = 1 /\
  step_sigma_min * step_lambda_min = 1 /\
  step_sigma_mid h h r * step_lambda_mid h h r (1 / 2) = (sqrt r + 1) / sqrt (2 * (r + 1)).
Proof.
  intros Hh Hr. rewrite majority_rate, minority_rate, middle_rate by assumption.
  rewrite rate_maj_half, rate_mid_half by exact Hr. repeat split.
Qed.
