(* A false neighbour of the closed form of the vanilla flow, refuted.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Uniqueness WellPosed MatrixCalculus MatrixExponential Riccati VanillaClosedForm.
Open Scope R_scope.

(* From a start that is not balanced (neighbour of vanilla_flow_closed_form): one class, one sample of label 0, from w = 2, h = 1.  There
   w^2 - h^2 = 3 for ever, and the form w h = 2 / (1 + 5 t) would make w^2 + h^2 = 5 / (1 + 5 t). *)
Theorem not_closed_form_without_balance :
  ~ (forall k d N Z W H E, follows k d N W H (residual d Z W H) -> is_exponential (k + N) (driver k Z) E ->
       let n := (k + N)%nat in
       let Q0 := stacked k (W 0) (H 0) in
       let M t l m := unit_matrix l m + mul n (tr Q0) (mul n (fun i j => RInt (fun s => E (2 * s) i j) 0 t) Q0) l m in
       exists M_inverse, forall t, 0 <= t ->
         (forall i j, (i < n)%nat -> (j < n)%nat -> ex_RInt (fun s => E (2 * s) i j) 0 t) /\
         agree d d (mul d (M t) (M_inverse t)) unit_matrix /\ agree d d (mul d (M_inverse t) (M t)) unit_matrix /\
         forall i j, (i < k)%nat -> (j < N)%nat ->
           mul d (W t) (H t) i j = mul n (E t) (mul d Q0 (mul d (M_inverse t) (mul n (tr Q0) (E t)))) i (k + j)%nat).
Proof.
  intros X.
  destruct (flow_exists 1 1 1 (fun _ _ => 0) (fun x j => if Nat.eqb x j then 1 else 0) (fun _ => 1)) with
    (W0 := fun _ _ : nat => 2) (H0 := fun _ _ : nat => 1) as [W [H [EW [EH [FW FH]]]]]; [reflexivity | intros; lra|].
  set (w := fun t => W t O O). set (h := fun t => H t O O).
  assert (Dw : forall t, 0 <= t -> is_derive w t (- (w t * h t) * h t)).
  { intros t Ht. apply (is_derive_ext_value _ t _ _) with (2 := FW t O O Ht ltac:(lia) ltac:(lia)).
    unfold weighted_residual, mul, tr, w, h. simpl. ring. }
  assert (Dh : forall t, 0 <= t -> is_derive h t (w t * - (w t * h t))).
  { intros t Ht. apply (is_derive_ext_value _ t _ _) with (2 := FH t O O Ht ltac:(lia) ltac:(lia)).
    unfold weighted_residual, mul, tr, w, h. simpl. ring. }
  assert (F : follows 1 1 1 W H (residual 1 (fun _ _ => 0) W H)).
  { split.
    - intros t i l Ht Hi Hl. replace i with O by lia. replace l with O by lia.
      apply (is_derive_ext_value _ t _ _) with (2 := Dw t Ht). unfold residual, mul, tr, w, h. simpl. ring.
    - intros t l j Ht Hl Hj. replace j with O by lia. replace l with O by lia.
      apply (is_derive_ext_value _ t _ _) with (2 := Dh t Ht). unfold residual, mul, tr, w, h. simpl. ring. }
  assert (EX : is_exponential (1 + 1) (driver 1 (fun _ _ => 0)) (fun _ => unit_matrix)).
  { split; [apply agree_refl|]. intros t i j _ _ _.
    apply (is_derive_ext_value _ t 0 _); [|apply (is_derive_const (unit_matrix i j))].
    unfold mul, driver. simpl. destruct (Nat.ltb i 1); ring. }
  destruct (X 1%nat 1%nat 1%nat _ W H _ F EX) as [B P]. clear X.
  assert (P2 : forall t, 0 <= t -> w t * h t = 2 / (1 + 5 * t)).
  { intros t Ht. destruct (P t Ht) as [_ [I [_ L]]]. specialize (I O O ltac:(lia) ltac:(lia)). specialize (L O O ltac:(lia) ltac:(lia)).
    unfold mul, tr, stacked, unit_matrix in I, L. simpl in I, L. rewrite !RInt_const in I. unfold scal in I. simpl in I. unfold mult in I. simpl in I.
    rewrite !EW, !EH in I. rewrite !EW, !EH in L.
    assert (B0 : B t O O = / (1 + 5 * t)).
    { apply (Rmult_eq_reg_l (1 + 5 * t)); [|lra]. rewrite Rinv_r by lra. lra. }
    rewrite B0 in L. unfold w, h, Rdiv. lra. }
  assert (C : forall t, 0 <= t -> w t * w t - h t * h t = 3).
  { intros t Ht. replace 3 with (w 0 * w 0 - h 0 * h 0) by (unfold w, h; rewrite EW, EH; ring).
    apply (constant_of_zero_derivative (fun t => w t * w t - h t * h t)); [|exact Ht]. intros u Hu.
    pose proof (Dw u Hu) as D1. pose proof (Dh u Hu) as D2.
    apply (is_derive_ext_value _ u ((- (w u * h u) * h u * w u + w u * (- (w u * h u) * h u))
      - (w u * - (w u * h u) * h u + h u * (w u * - (w u * h u))))); [ring|].
    apply (is_derive_minus (fun t => w t * w t) (fun t => h t * h t)).
    - apply (is_derive_mult w w u _ _ D1 D1). intros; apply Rmult_comm.
    - apply (is_derive_mult h h u _ _ D2 D2). intros; apply Rmult_comm. }
  assert (S1 : w 1 * w 1 + h 1 * h 1 = 5 / 6).
  { assert (E1 : is_derive (fun t => w t * h t) 1 (- (w 1 * h 1) * h 1 * h 1 + w 1 * (w 1 * - (w 1 * h 1)))).
    { apply (is_derive_mult w h 1 _ _ (Dw 1 ltac:(lra)) (Dh 1 ltac:(lra))). intros; apply Rmult_comm. }
    assert (E2 : is_derive (fun t => w t * h t) 1 (- (10 / 36))).
    { apply (is_derive_ext_loc (fun t => 2 / (1 + 5 * t))).
      - exists (mkposreal 1 Rlt_0_1). intros u Hu. apply Rabs_def2 in Hu. unfold minus, plus, opp in Hu. simpl in Hu. symmetry. apply P2. lra.
      - auto_derive; [lra | field]. }
    pose proof (is_derive_unique _ _ _ E1) as U1. pose proof (is_derive_unique _ _ _ E2) as U2. rewrite U1 in U2.
    pose proof (P2 1 ltac:(lra)) as P1. apply (Rmult_eq_reg_l (w 1 * h 1)); [|rewrite P1; lra].
    transitivity (10 / 36); [lra | rewrite P1; field]. }
  pose proof (C 1 ltac:(lra)) as C1. pose proof (P2 1 ltac:(lra)) as P1.
  pose proof (Rle_0_sqr (h 1)). unfold Rsqr in *. lra.
Qed.
