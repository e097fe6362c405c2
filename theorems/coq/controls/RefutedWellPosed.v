(* False neighbours of the theorems on existence, refuted.

   Each statement below differs from Existence.global_solution or WellPosed.flow_exists in one hypothesis left out, and its
   negation is proved from a solution that would have to be infinite at a finite time.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Comparison Flow Systems Existence WellPosed.
Import ListNotations.
Open Scope R_scope.

(* What grows at least like its square from 1 is not there at t = 1. *)
Lemma escapes (f df : R -> R) : f 0 = 1 -> (forall t, 0 <= t -> is_derive f t (df t)) ->
  (forall t, 0 <= t -> f t * f t <= df t) -> False.
Proof.
  intros F0 D B.
  assert (P : forall t, 0 <= t -> 1 <= f t).
  { intros t Ht. rewrite <- F0. apply (nondecreasing f df t Ht); [intros u Hu; apply D; lra|].
    intros u Hu. pose proof (B u ltac:(lra)). pose proof (Rle_0_sqr (f u)). unfold Rsqr in *. lra. }
  assert (H : - / f 0 - 0 <= - / f 1 - 1).
  { apply (nondecreasing (fun t => - / f t - t) (fun t => df t / (f t * f t) - 1) 1); [lra| |].
    - intros t Ht. pose proof (P t ltac:(lra)). pose proof (D t ltac:(lra)) as Dt. auto_derive.
      + repeat split; [eexists; exact Dt | lra].
      + rewrite (is_derive_unique _ _ _ Dt : Derive (fun v => f v) t = _). field. lra.
    - intros t Ht. pose proof (P t ltac:(lra)). pose proof (B t ltac:(lra)).
      assert (1 <= df t / (f t * f t)); [|lra]. apply Rle_div_r; [nra | lra]. }
  rewrite F0, Rinv_1 in H. pose proof (P 1 ltac:(lra)). pose proof (Rinv_0_lt_compat (f 1) ltac:(lra)). lra.
Qed.

(* Without a bound on sum x_i F_i(x) (neighbour of global_solution): x' = x^2. *)
Theorem not_global_if_only_locally_lipschitz :
  ~ (forall (l : list nat) (F : (nat -> R) -> nat -> R) x0,
       (forall M, 0 <= M -> exists K, 0 <= K /\ forall x y, within l M x -> within l M y ->
          forall i, In i l -> Rabs (F x i - F y i) <= K * total l (fun j => Rabs (x j - y j))) ->
       exists x : nat -> R -> R, (forall i, x i 0 = x0 i) /\
         forall i t, In i l -> 0 <= t -> is_derive (x i) t (F (fun j => x j t) i)).
Proof.
  intros H. destruct (H [O] (fun x i => x i * x i) (fun _ => 1)) as [x [X0 D]].
  - intros M HM. exists (2 * M). split; [lra|]. intros x y Wx Wy i [<- | []].
    pose proof (Wx O (or_introl eq_refl)). pose proof (Wy O (or_introl eq_refl)). simpl. rewrite Rplus_0_r.
    replace (x O * x O - y O * y O) with ((x O + y O) * (x O - y O)) by ring. rewrite Rabs_mult.
    apply Rmult_le_compat_r; [apply Rabs_pos|]. pose proof (Rabs_triang (x O) (y O)). lra.
  - apply (escapes (x O) (fun t => x O t * x O t)); [apply X0| |intros; lra].
    intros t Ht. apply (D O t); [left; reflexivity | exact Ht].
Qed.

(* With a negative weight (neighbour of flow_exists): one sample of label 0 and weight -1. *)
Theorem not_exists_for_negative_weights :
  ~ (forall k d N Z Om (om : nat -> R) W0 H0,
       (forall x j, (x < N)%nat -> (j < N)%nat -> Om x j = if Nat.eqb x j then om x else 0) ->
       exists W H, (forall i l, W 0 i l = W0 i l) /\ (forall l j, H 0 l j = H0 l j) /\
         follows k d N W H (weighted_residual d N Z Om W H)).
Proof.
  intros H. destruct (H 1%nat 1%nat 1%nat (fun _ _ => 0) (fun x j => if Nat.eqb x j then -1 else 0) (fun _ => -1)
    (fun _ _ => 1) (fun _ _ => 1) ltac:(reflexivity)) as [W [X [W0 [X0 [FW FX]]]]].
  set (w := fun t => W t O O). set (x := fun t => X t O O).
  assert (D : forall t, 0 <= t -> is_derive w t (w t * x t * x t) /\ is_derive x t (w t * x t * w t)).
  { intros t Ht. pose proof (FW t O O Ht ltac:(lia) ltac:(lia)) as Dw. pose proof (FX t O O Ht ltac:(lia) ltac:(lia)) as Dx.
    unfold weighted_residual, mul, tr in Dw, Dx. simpl in Dw, Dx.
    split; (eapply is_derive_ext_value; [|eassumption]); unfold w, x; ring. }
  assert (E : forall t, 0 <= t -> w t * w t - x t * x t = 0).
  { intros t Ht. replace 0 with (w 0 * w 0 - x 0 * x 0) at 1 by (unfold w, x; rewrite W0, X0; ring).
    apply (constant_of_zero_derivative (fun u => w u * w u - x u * x u)); [|exact Ht].
    intros u Hu. destruct (D u Hu) as [Dw Dx]. auto_derive; [repeat split; eexists; eassumption|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) u = _).
    rewrite (is_derive_unique _ _ _ Dx : Derive (fun v => x v) u = _). ring. }
  apply (escapes (fun t => w t * w t) (fun t => 2 * (w t * w t) * (x t * x t))).
  - unfold w. rewrite W0. ring.
  - intros t Ht. destruct (D t Ht) as [Dw _]. auto_derive; [repeat split; eexists; eassumption|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) t = _). ring.
  - intros t Ht. replace (x t * x t) with (w t * w t) by (pose proof (E t Ht); lra).
    pose proof (Rle_0_sqr (w t * w t)). unfold Rsqr in *. lra.
Qed.
