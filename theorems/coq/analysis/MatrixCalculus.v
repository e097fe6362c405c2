(* Matrices of functions of time: products and their derivatives, and affine equations X' = B X + X C + G, which have at most one solution.

   Matrices are functions of two indices, used below their dimensions; what is said of derivatives is for t >= 0.
   Computed by: nothing; used by MatrixExponential.v and Riccati.v.
   Source: this project (the calculus is classical). *)
From Coq Require Import Reals Lra Lia List FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Systems Existence Uniqueness WellPosed.
Import ListNotations.
Open Scope R_scope.

Notation matrix := (nat -> nat -> R).
Definition unit_matrix (i j : nat) : R := if Nat.eqb i j then 1 else 0.

Lemma mul_assoc n m A B C : mul n (mul m A B) C = mul m A (mul n B C).
Proof.
  apply functional_extensionality. intros i. apply functional_extensionality. intros j. unfold mul.
  rewrite (sum_ext n _ (fun l => sum m (fun c => A i c * (B c l * C l j)))).
  2:{ intros l _. rewrite <- sum_scal_r. apply sum_ext. intros; ring. }
  rewrite sum_swap. apply sum_ext. intros c _. apply sum_scal.
Qed.

Lemma tr_mul n A B : tr (mul n A B) = mul n (tr B) (tr A).
Proof.
  apply functional_extensionality. intros i. apply functional_extensionality. intros j.
  apply sum_ext. intros; unfold tr; ring.
Qed.

Lemma mul_unit_l n A i j : (i < n)%nat -> mul n unit_matrix A i j = A i j.
Proof.
  intros Hi. unfold mul, unit_matrix. rewrite <- (sum_delta n i (fun l => A l j) Hi). apply sum_ext. intros; ring.
Qed.
Lemma mul_unit_r n A i j : (j < n)%nat -> mul n A unit_matrix i j = A i j.
Proof.
  intros Hj. unfold mul, unit_matrix. rewrite <- (sum_delta n j (fun l => A i l) Hj). apply sum_ext.
  intros l _. rewrite Nat.eqb_sym. reflexivity.
Qed.

Lemma mul_zero_l n A i j : mul n (fun _ _ => 0) A i j = 0.
Proof. unfold mul. rewrite (sum_ext n _ (fun _ => 0)) by (intros; ring). apply sum_zero. Qed.
Lemma mul_zero_r n A i j : mul n A (fun _ _ => 0) i j = 0.
Proof. unfold mul. rewrite (sum_ext n _ (fun _ => 0)) by (intros; ring). apply sum_zero. Qed.

Lemma agree_refl n m A : agree n m A A.
Proof. intros i j _ _. reflexivity. Qed.
Lemma agree_sym n m A B : agree n m A B -> agree n m B A.
Proof. intros E i j Hi Hj. symmetry. apply E; assumption. Qed.
Lemma agree_trans n m A B C : agree n m A B -> agree n m B C -> agree n m A C.
Proof. intros E E' i j Hi Hj. rewrite E, E' by assumption. reflexivity. Qed.
Lemma agree_mul a n b A A' B B' : agree a n A A' -> agree n b B B' -> agree a b (mul n A B) (mul n A' B').
Proof. intros E E' i j Hi Hj. apply sum_ext. intros l Hl. rewrite E, E' by assumption. reflexivity. Qed.
Lemma agree_tr n m A B : agree n m A B -> agree m n (tr A) (tr B).
Proof. intros E i j Hi Hj. apply E; assumption. Qed.

(* Every entry of X has the derivative dX. *)
Definition derives (n m : nat) (X dX : R -> matrix) : Prop :=
  forall t i j, 0 <= t -> (i < n)%nat -> (j < m)%nat -> is_derive (fun u => X u i j) t (dX t i j).

Lemma derives_ext n m X dX dY : (forall t, 0 <= t -> agree n m (dX t) (dY t)) -> derives n m X dX -> derives n m X dY.
Proof. intros E D t i j Ht Hi Hj. rewrite <- E by assumption. apply D; assumption. Qed.

Lemma derives_const n m A : derives n m (fun _ => A) (fun _ _ _ => 0).
Proof. intros t i j _ _ _. apply (is_derive_const (A i j)). Qed.

Lemma derives_tr n m X dX : derives n m X dX -> derives m n (fun t => tr (X t)) (fun t => tr (dX t)).
Proof. intros D t i j Ht Hi Hj. apply (D t j i); assumption. Qed.

Lemma derives_mul n m p X dX Y dY : derives n m X dX -> derives m p Y dY ->
  derives n p (fun t => mul m (X t) (Y t)) (fun t i j => mul m (dX t) (Y t) i j + mul m (X t) (dY t) i j).
Proof.
  intros DX DY t i j Ht Hi Hj. unfold mul. rewrite <- sum_add.
  apply (is_derive_sum m (fun l u => X u i l * Y u l j)). intros l Hl.
  apply (is_derive_mult (fun u => X u i l) (fun u => Y u l j)); [apply DX | apply DY | intros; apply Rmult_comm]; assumption.
Qed.

Lemma derives_mul_l n m p A Y dY : derives m p Y dY -> derives n p (fun t => mul m A (Y t)) (fun t => mul m A (dY t)).
Proof.
  intros D. refine (derives_ext n p _ _ _ _ (derives_mul n m p _ _ _ _ (derives_const n m A) D)).
  intros t _ i j _ _. rewrite mul_zero_l. ring.
Qed.
Lemma derives_mul_r n m p X dX B : derives n m X dX -> derives n p (fun t => mul m (X t) B) (fun t => mul m (dX t) B).
Proof.
  intros D. refine (derives_ext n p _ _ _ _ (derives_mul n m p _ _ _ _ D (derives_const m p B))).
  intros t _ i j _ _. rewrite mul_zero_r. ring.
Qed.

(* Places in a matrix. *)
Definition grid (n m : nat) : list (nat * nat) := list_prod (seq 0 n) (seq 0 m).

Lemma in_grid n m s : In s (grid n m) <-> (fst s < n)%nat /\ (snd s < m)%nat.
Proof. destruct s as [i j]. unfold grid. rewrite in_prod_iff, !in_seq. simpl. lia. Qed.

Lemma total_grid n m f : total (grid n m) f = sum n (fun i => sum m (fun j => f (i, j))).
Proof. unfold grid. rewrite total_prod, total_seq. apply sum_ext. intros i _. apply total_seq. Qed.

(* Bounded on every [0, T]. *)
Definition tame (n m : nat) (B : R -> matrix) : Prop := forall T i j, 0 <= T -> (i < n)%nat -> (j < m)%nat ->
  exists c, 0 <= c /\ forall t, 0 <= t <= T -> Rabs (B t i j) <= c.

Lemma derives_tame n m X dX : derives n m X dX -> tame n m X.
Proof.
  intros D T i j HT Hi Hj. apply (bounded_abs (fun t => X t i j) (fun t => dX t i j) T HT).
  intros t Ht. apply D; assumption.
Qed.
Lemma const_tame n m A : tame n m (fun _ => A).
Proof. apply (derives_tame n m _ _ (derives_const n m A)). Qed.

Lemma tame_close n m B T e i j : tame n m B -> 0 <= T -> (forall t, 0 <= e t) -> (i < n)%nat -> (j < m)%nat ->
  close (span T) e (fun t => B t i j) (fun t => B t i j).
Proof.
  intros HB HT He Hi Hj. destruct (HB T i j HT Hi Hj) as [c [Hc P]]. exists c. split; [exact Hc|].
  intros t Ht. pose proof (P t Ht). pose proof (He t). repeat split; try assumption.
  rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; assumption.
Qed.

(* An affine equation has at most one solution from a start. *)
Definition affine (n m : nat) (B C G : R -> matrix) (X : R -> matrix) : R -> matrix :=
  fun t i j => mul n (B t) (X t) i j + mul m (X t) (C t) i j + G t i j.

Theorem affine_unique n m B C G X Y : tame n n B -> tame m m C -> tame n m G ->
  derives n m X (affine n m B C G X) -> derives n m Y (affine n m B C G Y) -> agree n m (X 0) (Y 0) ->
  forall t, 0 <= t -> agree n m (X t) (Y t).
Proof.
  intros HB HC HG DX DY E0.
  assert (E : forall s t, In s (grid n m) -> 0 <= t -> X t (fst s) (snd s) = Y t (fst s) (snd s)).
  { apply (unique_solution (grid n m) (fun s t => X t (fst s) (snd s)) (fun s t => Y t (fst s) (snd s))
      (fun s t => affine n m B C G X t (fst s) (snd s)) (fun s t => affine n m B C G Y t (fst s) (snd s))).
    - intros s t Hs Ht. apply in_grid in Hs. destruct Hs. split; [apply DX | apply DY]; assumption.
    - intros T e HT He P s Hs. apply in_grid in Hs. destruct Hs as [Hi Hj].
      assert (Q : forall i j, (i < n)%nat -> (j < m)%nat -> close (span T) e (fun t => X t i j) (fun t => Y t i j)).
      { intros i j Hi' Hj'. apply (P (i, j)), in_grid. split; assumption. }
      unfold affine. apply close_plus; [apply close_plus|].
      + apply close_mul; [exact He | | intros l Hl; apply Q; assumption].
        intros l Hl. apply (tame_close n n B T e (fst s) l HB HT He Hi Hl).
      + apply close_mul; [exact He | intros l Hl; apply Q; assumption |].
        intros l Hl. apply (tame_close m m C T e l (snd s) HC HT He Hl Hj).
      + apply (tame_close n m G T e (fst s) (snd s) HG HT He Hi Hj).
    - intros s Hs. apply in_grid in Hs. apply E0; apply Hs. }
  intros t Ht i j Hi Hj. apply (E (i, j) t); [apply in_grid; split; assumption | exact Ht].
Qed.

(* A field is Lipschitz on bounded sets if it is close wherever its arguments are. *)
Lemma locally_lipschitz_by_close {I : Type} (l : list I) (F : (I -> R) -> I -> R) :
  (forall (X : Type) (on : X -> Prop) (e : X -> R) (x y : X -> I -> R), (forall p, 0 <= e p) ->
     (forall i, In i l -> close on e (fun p => x p i) (fun p => y p i)) ->
     forall i, In i l -> close on e (fun p => F (x p) i) (fun p => F (y p) i)) ->
  forall M, 0 <= M -> exists K, 0 <= K /\ forall x y, within l M x -> within l M y ->
  forall i, In i l -> Rabs (F x i - F y i) <= K * total l (fun j => Rabs (x j - y j)).
Proof.
  intros HF M HM. set (on := fun p : (I -> R) * (I -> R) => within l M (fst p) /\ within l M (snd p)).
  set (e := fun p : (I -> R) * (I -> R) => total l (fun s => Rabs (fst p s - snd p s))).
  assert (He : forall p, 0 <= e p).
  { intros p. pose proof (total_le l (fun _ => 0) _ (fun s _ => Rabs_pos (fst p s - snd p s))) as P.
    rewrite total_const, Rmult_0_r in P. exact P. }
  assert (C0 : forall s, In s l -> close on e (fun p => fst p s) (fun p => snd p s)).
  { intros s Hs. exists (M + 1). split; [lra|]. intros p [Wx Wy]. pose proof (Wx s Hs). pose proof (Wy s Hs).
    pose proof (term_le_total l (fun s => Rabs (fst p s - snd p s)) s (fun _ => Rabs_pos _) Hs) as T.
    fold (e p) in T. pose proof (He p). pose proof (Rmult_le_pos M (e p) HM (He p)). repeat split; lra. }
  destruct (close_uniform on e He l (fun s p => F (fst p) s) (fun s p => F (snd p) s)
    (HF _ on e (fun p => fst p) (fun p => snd p) He C0)) as [K [HK P]].
  exists K. split; [exact HK|]. intros x y Wx Wy s Hs. apply (P s (x, y) Hs). split; assumption.
Qed.
