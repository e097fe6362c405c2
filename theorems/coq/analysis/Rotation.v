(* Vectors with the same inner products differ by one rotation.

   A and B are lists of n vectors in R^d, their rows, with A A^T = B B^T.  Then B = A Q for one orthogonal Q.  By induction on n: if Q does it for
   the first n rows, the image x of row n and the row b wanted have the same inner products with these and the same length, so the reflection
   in x - b fixes these and takes x to b.  (A reflection counts as a rotation here: Q may have determinant -1.)

   Source: well known. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import FiniteSums SquareRootReals.
Open Scope R_scope.

(* Q is orthogonal: its columns are orthonormal, and its rows. *)
Definition orthogonal (d : nat) (Q : nat -> nat -> R) : Prop := orthonormal d d Q /\ orthonormal d d (tr Q).

Section Reflection.
Variables (d : nat) (Q : nat -> nat -> R) (u : nat -> R).
Hypothesis HQ : orthogonal d Q.
Let c := sum d (fun l => u l * u l).
Hypothesis c0 : c <> 0.
Let v (l : nat) := sum d (fun e => Q l e * u e).

(* Q, then the reflection in u. *)
Definition reflected (l b : nat) : R := Q l b - 2 / c * v l * u b.

Lemma columns_v a : (a < d)%nat -> sum d (fun l => Q l a * v l) = u a.
Proof.
  intros Ha. unfold v. rewrite (sum_ext d _ (fun l => sum d (fun e => u e * (Q l a * Q l e)))).
  - rewrite sum_swap, <- (sum_delta d a u Ha). apply sum_ext. intros e He. rewrite sum_scal, (proj1 HQ a e Ha He). reflexivity.
  - intros l _. rewrite <- sum_scal. apply sum_ext. intros e _. ring.
Qed.

Lemma length_v : sum d (fun l => v l * v l) = c.
Proof.
  unfold c. transitivity (sum d (fun l => sum d (fun e => u e * (Q l e * v l)))).
  - apply sum_ext. intros l _. unfold v at 1. rewrite <- sum_scal_r. apply sum_ext. intros e _. ring.
  - rewrite sum_swap. apply sum_ext. intros e He. rewrite sum_scal, columns_v by exact He. reflexivity.
Qed.

Lemma reflected_orthogonal : orthogonal d reflected.
Proof.
  pose proof length_v as LV. split; intros a e Ha He; unfold reflected, tr.
  - rewrite (sum_ext d _ (fun l => (Q l a * Q l e + - (2 / c * u e) * (Q l a * v l)) + (- (2 / c * u a) * (Q l e * v l)
      + 2 / c * u a * (2 / c * u e) * (v l * v l)))) by (intros; ring).
    rewrite !sum_add, !sum_scal, LV, (proj1 HQ a e Ha He), !columns_v by assumption.
    destruct (Nat.eqb a e); field; exact c0.
  - rewrite (sum_ext d _ (fun b => (tr Q b a * tr Q b e + - (2 / c * v e) * (Q a b * u b)) + (- (2 / c * v a) * (Q e b * u b)
      + 2 / c * v a * (2 / c * v e) * (u b * u b)))) by (intros; unfold tr; ring).
    rewrite !sum_add, !sum_scal, (proj2 HQ a e Ha He). fold (v a) (v e) c. destruct (Nat.eqb a e); field; exact c0.
Qed.

(* Its action on a vector that Q takes to x. *)
Lemma reflected_apply (a x : nat -> R) b : (forall e, (e < d)%nat -> sum d (fun l => a l * Q l e) = x e) -> (b < d)%nat ->
  sum d (fun l => a l * reflected l b) = x b - 2 / c * sum d (fun e => x e * u e) * u b.
Proof.
  intros E Hb. unfold reflected.
  rewrite (sum_ext d _ (fun l => a l * Q l b + - (2 / c * u b) * (a l * v l))) by (intros; ring).
  rewrite sum_add, sum_scal, (E b Hb).
  replace (sum d (fun l => a l * v l)) with (sum d (fun e => x e * u e)); [ring|].
  transitivity (sum d (fun e => sum d (fun l => a l * Q l e) * u e)).
  - apply sum_ext. intros e He. rewrite E by exact He. reflexivity.
  - rewrite (sum_ext d _ (fun e => sum d (fun l => a l * Q l e * u e))) by (intros; symmetry; apply sum_scal_r).
    rewrite sum_swap. apply sum_ext. intros l _. unfold v. rewrite <- sum_scal. apply sum_ext. intros; ring.
Qed.
End Reflection.

(* Inner products are kept. *)
Lemma orthogonal_dot d Q (a b x z : nat -> R) : orthogonal d Q ->
  (forall e, (e < d)%nat -> sum d (fun l => a l * Q l e) = x e) ->
  (forall e, (e < d)%nat -> sum d (fun l => b l * Q l e) = z e) ->
  sum d (fun e => x e * z e) = sum d (fun l => a l * b l).
Proof.
  intros HQ Ea Eb.
  rewrite <- (contract d d (tr Q) a b (proj2 HQ)). apply sum_ext. intros e He.
  rewrite <- Ea, <- Eb by exact He. reflexivity.
Qed.

Theorem same_gram_one_rotation n d (A B : nat -> nat -> R) :
  (forall i j, (i < n)%nat -> (j < n)%nat -> mul d A (tr A) i j = mul d B (tr B) i j) ->
  exists Q, orthogonal d Q /\ forall i b, (i < n)%nat -> (b < d)%nat -> B i b = mul d A Q i b.
Proof.
  unfold mul, tr. induction n as [|n IH]; intros G.
  - exists (fun a b => if Nat.eqb a b then 1 else 0). split; [|intros; lia].
    assert (D : forall a e, (a < d)%nat -> sum d (fun l => (if Nat.eqb l a then 1 else 0) * (if Nat.eqb l e then 1 else 0))
      = if Nat.eqb a e then 1 else 0).
    { intros a e Ha. rewrite <- (sum_delta d a (fun l => if Nat.eqb l e then 1 else 0) Ha). apply sum_ext. intros l _.
      rewrite (Nat.eqb_sym l a). ring. }
    split; intros a e Ha He; [apply D, Ha|]. unfold tr. rewrite <- (D a e Ha). apply sum_ext. intros l _.
    rewrite (Nat.eqb_sym l a), (Nat.eqb_sym l e). reflexivity.
  - destruct IH as [Q [HQ E]]; [intros; apply G; lia|].
    set (x := fun b => sum d (fun l => A n l * Q l b)). set (u := fun b => x b - B n b).
    assert (X : forall e, (e < d)%nat -> sum d (fun l => A n l * Q l e) = x e) by reflexivity.
    assert (XX : sum d (fun e => x e * x e) = sum d (fun e => B n e * B n e)).
    { rewrite (orthogonal_dot d Q _ _ x x HQ X X). apply (G n n); lia. }
    assert (BX : forall i, (i < n)%nat -> sum d (fun e => B i e * u e) = 0).
    { intros i Hi. unfold u. rewrite (sum_ext d _ (fun e => B i e * x e + -1 * (B i e * B n e))) by (intros; ring).
      rewrite sum_add, sum_scal.
      rewrite (orthogonal_dot d Q (A i) (A n) (B i) x HQ (fun e He => eq_sym (E i e Hi He)) X), (G i n) by lia. ring. }
    destruct (Req_dec (sum d (fun l => u l * u l)) 0) as [U0|U0].
    + exists Q. split; [exact HQ|]. intros i b Hi Hb. destruct (Nat.eq_dec i n) as [->|]; [|apply E; [lia | exact Hb]].
      pose proof (sum_nonneg_zero d (fun l => u l * u l) ltac:(intros; apply Rle_0_sqr) U0 b Hb) as Z. simpl in Z.
      apply Rmult_integral in Z. unfold u in Z. fold (x b). destruct Z; lra.
    + exists (reflected d Q u). split; [apply reflected_orthogonal; assumption|]. intros i b Hi Hb.
      destruct (Nat.eq_dec i n) as [->|Ni].
      * rewrite (reflected_apply d Q u (A n) x b X Hb).
        assert (C : sum d (fun l => u l * u l) = 2 * sum d (fun e => x e * u e)).
        { unfold u. rewrite (sum_ext d _ (fun e => (x e * x e + -2 * (x e * B n e)) + B n e * B n e)) by (intros; ring).
          rewrite (sum_ext d (fun e => x e * (x e - B n e)) (fun e => x e * x e + -1 * (x e * B n e))) by (intros; ring).
          rewrite !sum_add, !sum_scal, XX. ring. }
        rewrite C in *. replace (2 / (2 * sum d (fun e => x e * u e)) * sum d (fun e => x e * u e)) with 1 by (field; lra).
        unfold u. ring.
      * assert (Hn : (i < n)%nat) by lia.
        rewrite (reflected_apply d Q u (A i) (B i) b (fun e He => eq_sym (E i e Hn He)) Hb), BX by exact Hn. ring.
Qed.
