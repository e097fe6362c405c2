(* A false neighbour of the reduction of the cross-entropy to five numbers, refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From UFM Require Import FiniteSums StepModes CrossEntropy FiveNumbers.
Open Scope R_scope.

(* Residuals need not fall alike along the contrast and within a group (neighbour of residual_two_parts): a sample of the first of 2 + 1 classes
   whose contrast is ahead. *)
Theorem not_one_factor_for_both_parts :
  ~ (forall p q r x i c, (0 < p)%nat -> (0 < q)%nat -> (i < p + q)%nat -> (c < p + q)%nat ->
       residual (p + q) c (fun i => two_parts p q r x i c) i
       = two_parts p q (within_group p q (majority p c) r x) (within_group p q (majority p c) r x) i c).
Proof.
  intros X. pose proof (X 2%nat 1%nat 2 0 2%nat 0%nat ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lia)) as E.
  rewrite residual_two_parts in E by lia. rewrite !two_parts_cases in E by lia.
  pose proof (partition_pos 2 1 ltac:(lia) ltac:(lia) true 2 0) as P.
  change (majority 2 0) with true in E. change (majority 2 2) with false in E. unfold along, within_group in E. simpl eqb in E. cbv iota in E.
  set (S := partition 2 1 true 2 0) in *. simpl in E. replace (- ((2 - 0) / (1 + 1))) with (- (1)) in E by field.
  assert (L : exp (- (1)) < 1) by (apply Rlt_le_trans with (exp 0); [apply exp_increasing; lra | rewrite exp_0; lra]).
  set (z := exp (- (1))) in *. clearbody S z.
  assert (F : (1 + 1 + 1) * z = 1 + 1 + 1 * z).
  { transitivity (- (- ((1 + 1 + 1) * z / S) / (1 + 1 + 1)) * (1 + 1 + 1) * S); [field; lra|]. rewrite E. field. lra. }
  lra.

Qed.
