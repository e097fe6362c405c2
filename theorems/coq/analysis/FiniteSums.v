(* Finite sums of reals and the few facts the matrix flow needs.

   A matrix is a function nat -> nat -> R, its dimensions are natural numbers kept outside; only
   entries inside the dimensions are ever used.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* f 0 + .. + f (n - 1) *)
Fixpoint sum (n : nat) (f : nat -> R) : R :=
  match n with O => 0 | S m => sum m f + f m end.

(* Entry (i, j) of A B, with n the inner dimension. *)
Definition mul (n : nat) (A B : nat -> nat -> R) (i j : nat) : R := sum n (fun l => A i l * B l j).
Definition tr (A : nat -> nat -> R) (i j : nat) : R := A j i.

(* The r columns of A (n rows) are orthonormal. *)
Definition orthonormal (n r : nat) (A : nat -> nat -> R) : Prop :=
  forall a b, (a < r)%nat -> (b < r)%nat ->
  sum n (fun i => A i a * A i b) = if Nat.eqb a b then 1 else 0.

Lemma sum_ext n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. induction n; simpl; intros H; [reflexivity|]. rewrite IHn, (H n); auto. Qed.

Lemma sum_add n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_scal n c f : sum n (fun i => c * f i) = c * sum n f.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_scal_r n c f : sum n (fun i => f i * c) = sum n f * c.
Proof. induction n; simpl; [ring|]. rewrite IHn. ring. Qed.

Lemma sum_zero n : sum n (fun _ => 0) = 0.
Proof. induction n; simpl; lra. Qed.

Lemma sum_split n m f : sum (n + m) f = sum n f + sum m (fun j => f (n + j)%nat).
Proof. induction m; simpl; [rewrite Nat.add_0_r; ring|]. rewrite <- plus_n_Sm. simpl. rewrite IHm. ring. Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n; [simpl; ring|]. rewrite S_INR. simpl. rewrite IHn. ring. Qed.

Lemma sum_nonneg n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof.
  induction n as [|n IH]; simpl; intros Hf; [lra|]. pose proof (Hf n ltac:(lia)).
  assert (0 <= sum n f) by (apply IH; intros; apply Hf; lia). lra.
Qed.

Lemma sum_le n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof. induction n as [|n IH]; simpl; intros H; [lra|]. pose proof (H n ltac:(lia)). pose proof (IH ltac:(auto)). lra. Qed.

(* Exchange of the order of summation. *)
Lemma sum_swap n m (f : nat -> nat -> R) :
  sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof. induction n; simpl; [symmetry; apply sum_zero|]. rewrite IHn, <- sum_add. reflexivity. Qed.

(* A sum against a Kronecker delta. *)
Lemma sum_delta n a f : (a < n)%nat -> sum n (fun b => f b * (if Nat.eqb a b then 1 else 0)) = f a.
Proof.
  intros H. induction n; [lia|]. simpl. destruct (Nat.eq_dec a n) as [->|Hn].
  - rewrite Nat.eqb_refl, (sum_ext n _ (fun _ => 0)), sum_zero; [ring|].
    intros i Hi. replace (Nat.eqb n i) with false; [ring|]. symmetry. apply Nat.eqb_neq. lia.
  - rewrite IHn by lia. replace (Nat.eqb a n) with false; [ring|]. symmetry. apply Nat.eqb_neq. exact Hn.
Qed.

(* The product of two expansions over the same columns, through the Gram matrix of the columns. *)
Lemma expand n r (P : nat -> nat -> R) (f g : nat -> R) :
  sum n (fun x => sum r (fun a => f a * P x a) * sum r (fun b => g b * P x b))
  = sum r (fun a => sum r (fun b => f a * g b * sum n (fun x => P x a * P x b))).
Proof.
  rewrite (sum_ext n _ (fun x => sum r (fun a => sum r (fun b => f a * g b * (P x a * P x b))))).
  2:{ intros x _. rewrite <- sum_scal_r. apply sum_ext. intros a _.
      rewrite <- sum_scal. apply sum_ext. intros b _. ring. }
  rewrite sum_swap. apply sum_ext. intros a _. rewrite sum_swap.
  apply sum_ext. intros b _. apply sum_scal.
Qed.

(* Contracting two expansions over the same orthonormal columns. *)
Lemma contract n r Q (f g : nat -> R) : orthonormal n r Q ->
  sum n (fun x => sum r (fun a => f a * Q x a) * sum r (fun b => g b * Q x b))
  = sum r (fun a => f a * g a).
Proof.
  intros HQ. rewrite expand. apply sum_ext. intros a Ha.
  rewrite <- (sum_delta r a (fun b => f a * g b) Ha). apply sum_ext. intros b Hb.
  rewrite (HQ a b Ha Hb). reflexivity.
Qed.

(* The derivative of a finite sum. *)
Lemma is_derive_sum n (f : nat -> R -> R) (df : nat -> R) (t : R) :
  (forall i, (i < n)%nat -> is_derive (f i) t (df i)) ->
  is_derive (fun u => sum n (fun i => f i u)) t (sum n df).
Proof.
  induction n; simpl; intros H.
  - apply (is_derive_const 0 t).
  - apply (is_derive_plus (fun u => sum n (fun i => f i u)) (f n)); auto.
Qed.

(* A function with zero derivative for t >= 0 is constant there. *)
Lemma constant_of_zero_derivative (f : R -> R) :
  (forall t, 0 <= t -> is_derive f t 0) -> forall t, 0 <= t -> f t = f 0.
Proof.
  intros H t Ht. destruct (MVT_gen f 0 t (fun _ => 0)) as [c [_ E]].
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu. apply H. lra.
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu.
    apply continuity_pt_filterlim, (ex_derive_continuous f u). eexists. apply H. lra.
  - lra.
Qed.
