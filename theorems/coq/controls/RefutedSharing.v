(* False neighbours of Sharing.v, each refuted.  Source: this project. *)
From Coq Require Import Reals Lra.
From UFM Require Import Sharing.
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
