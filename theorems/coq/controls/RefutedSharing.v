(* False neighbours of Sharing.v and SharedStep.v, each refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import Window Sharing StepModes SharedStep.
Open Scope R_scope.

(* The flattening exponent is not (1 + alpha) / 2: it depends on the number of samples. *)
Theorem not_gamma_star_linear : gamma_star (1 / 2) 3 4 <> (1 + 1 / 2) / 2.
Proof.
  unfold gamma_star, gain. intros H.
  assert (L4 : ln 4 = 2 * ln 2) by (replace 4 with (2 * 2) by ring; rewrite ln_mult by lra; ring).
  assert (L2 : 0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra).
  replace ((1 / 2 * (3 * 4) + 1 - 1 / 2) / (1 / 2 * 3 + 1 - 1 / 2)) with (13 / 4) in H by field.
  assert (E : ln (13 / 4) = ln 2).
  { apply (Rmult_eq_reg_r (/ (2 * ln 4))); [|apply Rinv_neq_0_compat; lra].
    replace (ln 2 * / (2 * ln 4)) with (1 / 4) by (rewrite L4; field; lra). unfold Rdiv in *. lra. }
  apply ln_inv in E; lra.
Qed.

(* Class-shared features are not flat at gamma = 1/2. *)
Theorem not_half_flat_for_shared : strength 1 4 (1 / 2) <> strength 1 1 (1 / 2).
Proof.
  unfold strength, gain. replace (1 - 2 * (1 / 2)) with 0 by field.
  rewrite !Rpower_O by lra. lra.
Qed.

(* Nor are the rates of STEP labels then those of free features (neighbour of shared_step_rates). *)
Theorem not_rates_of_free_features :
  ~ (forall p q n r gamma e, (0 < p)%nat -> (0 < q)%nat -> 0 < n -> 0 < r -> (1 <= e < p)%nat ->
       sqrt (step_square p q (strength 1 (r * n) gamma) (strength 1 n gamma) e) / sqrt (strength 1 n gamma) = Rpower r (1 / 2 - gamma)).
Proof.
  intros X. pose proof (X 2%nat 1%nat 1 4 0 1%nat ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra) ltac:(lia)) as E.
  destruct (shared_step_rates 2 1 1 4 0 ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra)) as [_ [_ [_ [M _]]]].
  specialize (M 1%nat ltac:(lia)). cbv beta zeta in M. rewrite M, !Rminus_0_r, Rpower_1, Rpower_half in E by lra.
  replace 4 with (2 * 2) in E at 2 by ring. rewrite sqrt_square in E by lra. lra.
Qed.
