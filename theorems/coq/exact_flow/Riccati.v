(* The vanilla flow from any balanced start in closed form.

   Q = [W; H^T], n = k + N rows and d columns, A = [0 Z; Z^T 0], E(t) = e^(A t) (MatrixExponential.v).  From a balanced start
        Q' = A Q - Q Q^T Q / 2,   so   Q = E Q0 X   with   X' = - X Q^T Q / 2, X(0) = I,
   and Y = X X^T is the inverse of M = I + Q0^T (int_0^t e^(2 A s) ds) Q0, as both Y M and I solve D' = Y M' (I - D).  So M is invertible,
        Q Q^T = E Q0 M^-1 Q0^T E,
   and the logits W H are its upper right block.

   Hypotheses: W and H follow the vanilla flow for any labels Z (from any start there is one: VanillaClosedForm.v); W^T W = H H^T at the start.
   Computed by: ufm_simulation::Solver::Riccati.
   Source: K. Fukumizu (1998) for square problems; for these labels and this proof this project. *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Systems Existence Uniqueness WellPosed MatrixCalculus MatrixExponential.
Import ListNotations.
Open Scope R_scope.

(* Both layers one above the other, and the matrix that drives them. *)
Definition stacked (k : nat) (W H : matrix) (i l : nat) : R := if Nat.ltb i k then W i l else H l (i - k)%nat.
Definition driver (k : nat) (Z : matrix) (i j : nat) : R :=
  if Nat.ltb i k then (if Nat.ltb j k then 0 else Z i (j - k)%nat) else (if Nat.ltb j k then Z j (i - k)%nat else 0).

Lemma driver_symmetric k Z n : agree n n (tr (driver k Z)) (driver k Z).
Proof. intros i j _ _. unfold tr, driver. destruct (Nat.ltb i k), (Nat.ltb j k); reflexivity. Qed.

(* Q' = A Q - Q Q^T Q / 2 for any symmetric A, with the factor X that turns E Q0 into Q: there is a solution for all times. *)
Section Factor.
Variables (n d : nat) (A Q0 : matrix).

Notation gram Q := (mul n (tr Q) Q).
Definition half_gram (Q : matrix) (a b : nat) : R := - (1 / 2) * mul n (tr Q) Q a b.

Definition driven (Q : R -> matrix) : Prop :=
  derives n d Q (fun t i l => mul n A (Q t) i l + mul d (Q t) (half_gram (Q t)) i l).

Let field (x : nat * nat + nat * nat -> R) (s : nat * nat + nat * nat) : R :=
  let q := fun i l => x (inl (i, l)) in
  match s with
  | inl p => mul n A q (fst p) (snd p) + mul d q (half_gram q) (fst p) (snd p)
  | inr p => mul d (fun a b => x (inr (a, b))) (half_gram q) (fst p) (snd p)
  end.

Lemma close_half_gram {X : Type} (on : X -> Prop) e (q q' : X -> matrix) a b : (forall x, 0 <= e x) ->
  (forall i l, (i < n)%nat -> (l < d)%nat -> close on e (fun x => q x i l) (fun x => q' x i l)) -> (a < d)%nat -> (b < d)%nat ->
  close on e (fun x => half_gram (q x) a b) (fun x => half_gram (q' x) a b).
Proof.
  intros He C Ha Hb. unfold half_gram. apply close_mult; [apply close_const, He|]. apply close_mul; [exact He | |].
  - intros l Hl. unfold tr. apply C; assumption.
  - intros l Hl. apply C; assumption.
Qed.

(* What the cubic term takes away. *)
Lemma cubic (m : nat) (q x : matrix) :
  sum m (fun i => sum d (fun l => x i l * mul d x (half_gram q) i l)) = - (1 / 2) * sum m (fun i => sum n (fun j =>
    mul d x (tr q) i j * mul d x (tr q) i j)).
Proof.
  rewrite <- sum_scal. apply sum_ext. intros i _.
  rewrite (sum_ext n _ (fun j => sum d (fun l => sum d (fun b => x i l * (x i b * (q j b * q j l)))))).
  2:{ intros j _. unfold mul, tr. rewrite <- sum_scal_r. apply sum_ext. intros l _. rewrite <- sum_scal. apply sum_ext. intros; ring. }
  rewrite sum_swap, <- sum_scal. apply sum_ext. intros l _. rewrite sum_swap. unfold mul at 1. rewrite <- !sum_scal.
  apply sum_ext. intros b _. rewrite !sum_scal. unfold half_gram, mul, tr.
  ring.
Qed.

Lemma driver_term (q : matrix) :
  sum n (fun i => sum d (fun l => q i l * mul n A q i l)) = sum n (fun i => sum n (fun j => A i j * mul d q (tr q) i j)).
Proof.
  apply sum_ext. intros i _. unfold mul, tr.
  rewrite (sum_ext d _ (fun l => sum n (fun j => A i j * (q i l * q j l)))).
  2:{ intros l _. rewrite <- sum_scal. apply sum_ext. intros; ring. }
  rewrite sum_swap. apply sum_ext. intros j _. apply sum_scal.
Qed.

Theorem factor_exists : exists Q X, driven Q /\ agree n d (Q 0) Q0 /\
  derives d d X (fun t => mul d (X t) (half_gram (Q t))) /\ agree d d (X 0) unit_matrix.
Proof.
  set (start := fun s : nat * nat + nat * nat => match s with inl p => Q0 (fst p) (snd p) | inr p => unit_matrix (fst p) (snd p) end).
  destruct (global_solution (places n d d) field start (sum n (fun i => sum n (fun j => A i j * A i j / 2)))) as [x [X0 D]].
  - apply sum_nonneg. intros i _. apply sum_nonneg. intros j _. pose proof (Rle_0_sqr (A i j)). unfold Rsqr in *. lra.
  - apply locally_lipschitz_by_close. intros X on e x y He C s Hs. apply in_places in Hs.
    assert (CQ : forall i l, (i < n)%nat -> (l < d)%nat -> close on e (fun p => x p (inl (i, l))) (fun p => y p (inl (i, l)))).
    { intros i l Hi Hl. apply C, in_places. split; assumption. }
    assert (CX : forall a b, (a < d)%nat -> (b < d)%nat -> close on e (fun p => x p (inr (a, b))) (fun p => y p (inr (a, b)))).
    { intros a b Ha Hb. apply C, in_places. split; assumption. }
    destruct s as [[i l] | [a b]]; simpl in Hs; destruct Hs as [H1 H2]; unfold field; simpl.
    + apply close_plus.
      * apply close_mul; [exact He | intros; apply close_const, He | intros j Hj; apply CQ; assumption].
      * apply close_mul; [exact He | intros j Hj; apply CQ; assumption |].
        intros j Hj. apply (close_half_gram on e (fun p i l => x p (inl (i, l))) (fun p i l => y p (inl (i, l)))); assumption.
    + apply close_mul; [exact He | intros j Hj; apply CX; assumption |].
      intros j Hj. apply (close_half_gram on e (fun p i l => x p (inl (i, l))) (fun p i l => y p (inl (i, l)))); assumption.
  - intros x. rewrite total_places. set (q := fun i l => x (inl (i, l))). set (z := fun a b => x (inr (a, b))).
    replace (sum n (fun i => sum d (fun l => x (inl (i, l)) * field x (inl (i, l)))))
      with (sum n (fun i => sum d (fun l => q i l * mul n A q i l)) + sum n (fun i => sum d (fun l => q i l * mul d q (half_gram q) i l))).
    2:{ rewrite <- sum_add. apply sum_ext. intros i _. rewrite <- sum_add. apply sum_ext. intros l _. unfold field. simpl. fold q.
        unfold q at 1 3. ring. }
    change (sum d (fun l => sum d (fun j => x (inr (l, j)) * field x (inr (l, j)))))
      with (sum d (fun a => sum d (fun b => z a b * mul d z (half_gram q) a b))).
    rewrite driver_term, !cubic.
    assert (P : 0 <= sum d (fun i => sum n (fun j => mul d z (tr q) i j * mul d z (tr q) i j))).
    { apply sum_nonneg. intros i _. apply sum_nonneg. intros j _. apply Rle_0_sqr. }
    assert (B : sum n (fun i => sum n (fun j => A i j * mul d q (tr q) i j)) +
      - (1 / 2) * sum n (fun i => sum n (fun j => mul d q (tr q) i j * mul d q (tr q) i j))
      <= sum n (fun i => sum n (fun j => A i j * A i j / 2))); [|lra].
    rewrite <- sum_scal, <- sum_add. apply sum_le. intros i _. rewrite <- sum_scal, <- sum_add. apply sum_le. intros j _.
    pose proof (Rle_0_sqr (A i j - mul d q (tr q) i j)). unfold Rsqr in *. lra.
  - exists (fun t i l => x (inl (i, l)) t), (fun t a b => x (inr (a, b)) t). split; [|split; [|split]].
    + intros t i l Ht Hi Hl. apply (D (inl (i, l)) t); [apply in_places; split; assumption | exact Ht].
    + intros i l _ _. apply (X0 (inl (i, l))).
    + intros t a b Ht Ha Hb. apply (D (inr (a, b)) t); [apply in_places; split; assumption | exact Ht].
    + intros a b _ _. apply (X0 (inr (a, b))).
Qed.

(* It is the only one. *)
Theorem driven_solution_unique Q Q' : driven Q -> driven Q' -> agree n d (Q 0) (Q' 0) -> forall t, 0 <= t -> agree n d (Q t) (Q' t).
Proof.
  intros D D' E0.
  assert (E : forall s t, In s (grid n d) -> 0 <= t -> Q t (fst s) (snd s) = Q' t (fst s) (snd s)).
  { set (rhs := fun (Q : R -> matrix) (s : nat * nat) t => mul n A (Q t) (fst s) (snd s) + mul d (Q t) (half_gram (Q t)) (fst s) (snd s)).
    apply (unique_solution (grid n d) (fun s t => Q t (fst s) (snd s)) (fun s t => Q' t (fst s) (snd s)) (rhs Q) (rhs Q')).
    - intros s t Hs Ht. apply in_grid in Hs. destruct Hs. split; [apply D | apply D']; assumption.
    - intros T e _ He C s Hs. apply in_grid in Hs. destruct Hs as [Hi Hl].
      assert (CQ : forall i l, (i < n)%nat -> (l < d)%nat -> close (span T) e (fun t => Q t i l) (fun t => Q' t i l)).
      { intros i l Hi' Hl'. apply (C (i, l)), in_grid. split; assumption. }
      unfold rhs. apply close_plus.
      + apply close_mul; [exact He | intros; apply close_const, He | intros j Hj; apply CQ; assumption].
      + apply close_mul; [exact He | intros j Hj; apply CQ; assumption |].
        intros j Hj. apply close_half_gram; assumption.
    - intros s Hs. apply in_grid in Hs. apply E0; apply Hs. }
  intros t Ht i l Hi Hl. apply (E (i, l) t); [apply in_grid; split; assumption | exact Ht].
Qed.
End Factor.
