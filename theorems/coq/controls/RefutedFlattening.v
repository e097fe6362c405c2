(* False neighbours of the theorems on rates, order and windows at an exponent (Flattening.v, VanillaWindow.v), refuted.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window WindowSplit EffectiveRates Exponent Flattening VanillaWindow.
Open Scope R_scope.

(* The contrast rate at gamma = 1/2 is not below 1 at every r >= 1: without imbalance it is 1 (neighbour of rate_mid_half_range). *)
Theorem not_contrast_rate_always_below_1 : ~ (forall r, 1 <= r -> rate_mid r (1 / 2) < 1).
Proof.
  intros H. specialize (H 1 ltac:(lra)). rewrite rate_mid_half, sqrt_1 in H by lra.
  replace (2 * (1 + 1)) with (Rsqr 2) in H by (unfold Rsqr; ring). rewrite sqrt_Rsqr in H by lra. lra.
Qed.

(* The factor between the groups is not r^gamma (neighbour of reversed_order). *)
Theorem not_reversed_by_r_to_gamma : ~ (forall r gamma, 1 < r ->
  learning_time (step_sigma_maj r) (step_lambda_maj r gamma) / learning_time step_sigma_min step_lambda_min = Rpower r gamma).
Proof.
  intros H. specialize (H 2 (1 / 2) ltac:(lra)). destruct (reversed_order 2 (1 / 2) ltac:(lra)) as [_ [_ E]].
  rewrite E in H. rewrite Rminus_diag_eq, Rpower_O in H by lra.
  pose proof (Rpower_gt1 2 (1 / 2) ltac:(lra) ltac:(lra)). lra.
Qed.

(* The order does not turn at gamma = 1 (neighbour of reversed_order). *)
Theorem not_order_turns_at_1 : ~ (forall r gamma, 1 < r ->
  (learning_time step_sigma_min step_lambda_min < learning_time (step_sigma_maj r) (step_lambda_maj r gamma) <-> 1 < gamma)).
Proof.
  intros H. destruct (reversed_order 2 (3 / 4) ltac:(lra)) as [E _].
  assert (L : 1 / 2 < 3 / 4) by lra. apply E, (H 2 (3 / 4)) in L; lra.
Qed.

(* The relative vanilla window is not r - 1 (neighbour of vanilla_window_split). *)
Theorem not_vanilla_window_r_minus_1 : ~ (forall share r, 0 < share < 1 -> 1 <= r -> window_split share r 0 = r - 1).
Proof.
  intros H. specialize (H (1 / 2) 4 ltac:(lra) ltac:(lra)). rewrite vanilla_window_split in H by lra.
  replace 4 with (Rsqr 2) in H at 1 by (unfold Rsqr; ring). rewrite sqrt_Rsqr in H by lra. lra.
Qed.
