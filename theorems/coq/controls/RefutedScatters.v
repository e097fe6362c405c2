(* A false neighbour of the reduction to class means and scatters, refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Uniqueness WellPosed Scatters.
Open Scope R_scope.

(* Class means alone do not tell what the classifier does (neighbour of same_means_and_scatters): two samples of one class at 1 and -1, or
   both at 0, of label 0. *)
Theorem not_closed_without_scatters :
  ~ (forall k d n omega z N y W H W' H', (forall j, (j < N)%nat -> (y j < k)%nat) ->
       (forall c, (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = n c) ->
       (forall c, (c < k)%nat -> 0 < n c) ->
       follows k d N W H (weighted_residual d N (class_labels y z) (class_weights y omega) W H) ->
       follows k d N W' H' (weighted_residual d N (class_labels y z) (class_weights y omega) W' H') ->
       agree k d (W 0) (W' 0) -> agree d k (class_mean N y n (H 0)) (class_mean N y n (H' 0)) ->
       forall t, 0 <= t -> agree k d (W t) (W' t)).
Proof.
  intros X.
  assert (flow : forall h, exists W H, (forall i l, W 0 i l = 1) /\ (forall l j, H 0 l j = h j) /\ follows 1 1 2 W H
    (weighted_residual 1 2 (class_labels (fun _ => O) (fun _ _ => 0)) (class_weights (fun _ => O) (fun _ => 1)) W H)).
  { intros h. apply (flow_exists 1 1 2 _ (class_weights (fun _ => O) (fun _ => 1)) (fun _ => 1)) with (W0 := fun _ _ : nat => 1)
      (H0 := fun _ j => h j); [reflexivity | intros; lra]. }
  destruct (flow (fun j => match j with O => 1 | _ => -1 end)) as [W [H [EW [EH F]]]].
  assert (F2 : follows 1 1 2 (fun _ _ _ => 1) (fun _ _ _ => 0)
    (weighted_residual 1 2 (class_labels (fun _ => O) (fun _ _ => 0)) (class_weights (fun _ => O) (fun _ => 1)) (fun _ _ _ => 1) (fun _ _ _ => 0))).
  { split; intros t a b _ _ _.
    - apply (is_derive_ext_value _ t 0 _); [|apply (is_derive_const 1)]. unfold mul, tr. simpl. ring.
    - apply (is_derive_ext_value _ t 0 _); [|apply (is_derive_const 0)].
      unfold mul, tr, weighted_residual, mul, class_labels. simpl. ring. }
  assert (E : forall t, 0 <= t -> W t O O = 1).
  { intros t Ht. refine (X 1%nat 1%nat (fun _ => 2) (fun _ => 1) (fun _ _ => 0) 2%nat (fun _ => O) W H (fun _ _ _ => 1) (fun _ _ _ => 0)
      (fun _ _ => Nat.lt_0_1) _ _ F F2 _ _ t Ht O O Nat.lt_0_1 Nat.lt_0_1).
    - intros c Hc. replace c with O by lia. simpl. ring.
    - intros; lra.
    - intros i l _ _. apply EW.
    - intros l c _ Hc. replace c with O by lia. unfold class_mean. simpl. rewrite !EH. field. }
  assert (D : is_derive (fun v => W v O O) 0 (- 2)).
  { apply (is_derive_ext_value _ 0 _ _) with (2 := proj1 F 0 O O (Rle_refl 0) ltac:(lia) ltac:(lia)).
    unfold weighted_residual, mul, tr, class_labels, class_weights. simpl. rewrite !EH, !EW. ring. }
  apply is_derive_Reals in D. destruct (D 1 Rlt_0_1) as [del Hdel]. pose proof (cond_pos del) as Pd.
  specialize (Hdel (del / 2) ltac:(lra) ltac:(rewrite Rabs_right; lra)).
  rewrite Rplus_0_l, (E (del / 2)), (E 0) in Hdel by lra. replace ((1 - 1) / (del / 2) - - 2) with 2 in Hdel by (field; lra).
  rewrite Rabs_right in Hdel by lra. lra.
Qed.
