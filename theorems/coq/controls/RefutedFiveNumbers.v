(* False neighbours of the reduction of the cross-entropy to five numbers, refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums StepModes WellPosed CrossEntropy FiveNumbers FiveNumbersUnique.
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

(* The x of a group of one class is not determined (neighbour of five_numbers_unique): at w = a = 0 nothing moves, and x is any function. *)
Theorem not_unique_in_a_group_of_one_class :
  ~ (forall p q m om w a x w' a' x', (0 < p)%nat -> (0 < q)%nat ->
       five_numbers p q m om w a x -> five_numbers p q m om w' a' x' ->
       w 0 = w' 0 -> (forall b, a b 0 = a' b 0) -> (forall b, x b 0 = x' b 0) ->
       forall t, 0 <= t -> w t = w' t /\ forall b, a b t = a' b t /\ x b t = x' b t).
Proof.
  intros X.
  assert (F : forall x, five_numbers 1 1 (fun _ => 1) (fun _ => 1) (fun _ => 0) (fun _ _ => 0) x).
  { intros x t _. cbv beta zeta. split; [|intros b; split].
    - apply (is_derive_ext_value _ t 0 _); [ring | apply (is_derive_const 0)].
    - apply (is_derive_ext_value _ t 0 _); [ring | apply (is_derive_const 0)].
    - intros H. destruct b; simpl in H; lia. }
  destruct (X 1%nat 1%nat _ _ _ _ _ _ _ _ ltac:(lia) ltac:(lia) (F (fun _ _ => 0)) (F (fun _ t => t)) eq_refl (fun _ => eq_refl)
    (fun _ => eq_refl) 1 ltac:(lra)) as [_ E]. destruct (E true). lra.
Qed.
