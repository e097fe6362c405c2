(* What singular directions say about a matrix: if Z = U diag(sigma) V^T with orthonormal columns, then Z Z^T v = x v has for
   x <> 0 exactly the solutions v in the span of those columns of U whose sigma^2 is x.  So the x <> 0 with a solution are the
   squares of the sigma that are not 0, each as often as it occurs among them.

   Hypotheses: U and V have r orthonormal columns; sigma is any.
   Source: the spectral theorem for an explicit decomposition; this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import FiniteSums.
Open Scope R_scope.

Section Decomposition.
Variables (k N r : nat) (U V Z : nat -> nat -> R) (sigma : nat -> R).
Hypotheses (HU : orthonormal k r U) (HV : orthonormal N r V).
Hypothesis decomposition : forall i j, (i < k)%nat -> (j < N)%nat -> Z i j = sum r (fun a => U i a * sigma a * V j a).

(* Entry i of Z Z^T v. *)
Definition gram_apply (v : nat -> R) (i : nat) : R := sum k (fun c => mul N Z (tr Z) i c * v c).
(* The coefficient of v along a column of U. *)
Definition along (v : nat -> R) (a : nat) : R := sum k (fun c => U c a * v c).

Lemma gram_modes i c : (i < k)%nat -> (c < k)%nat ->
  mul N Z (tr Z) i c = sum r (fun a => U i a * (sigma a * sigma a) * U c a).
Proof.
  intros Hi Hc. unfold mul, tr.
  rewrite (sum_ext N _ (fun j => sum r (fun a => (U i a * sigma a) * V j a) * sum r (fun b => (U c b * sigma b) * V j b)))
    by (intros j Hj; rewrite !decomposition by assumption; reflexivity).
  rewrite (contract N r V _ _ HV). apply sum_ext. intros; ring.
Qed.

Lemma gram_apply_modes v i : (i < k)%nat -> gram_apply v i = sum r (fun a => U i a * (sigma a * sigma a * along v a)).
Proof.
  intros Hi. unfold gram_apply.
  rewrite (sum_ext k _ (fun c => sum r (fun a => U i a * (sigma a * sigma a) * (U c a * v c)))).
  - rewrite sum_swap. apply sum_ext. intros a _. rewrite sum_scal. unfold along. ring.
  - intros c Hc. rewrite gram_modes, <- sum_scal_r by assumption. apply sum_ext. intros; ring.
Qed.

Lemma along_span x a : (a < r)%nat -> along (fun i => sum r (fun b => U i b * x b)) a = x a.
Proof.
  intros Ha. unfold along.
  rewrite (sum_ext k _ (fun c => sum r (fun b => (if Nat.eqb a b then 1 else 0) * U c b) * sum r (fun b => x b * U c b))).
  - rewrite (contract k r U _ _ HU). rewrite (sum_ext r _ (fun b => x b * (if Nat.eqb a b then 1 else 0))) by (intros; ring).
    apply sum_delta, Ha.
  - intros c Hc. f_equal; [|apply sum_ext; intros; ring].
    rewrite (sum_ext r _ (fun b => U c b * (if Nat.eqb a b then 1 else 0))) by (intros; ring).
    symmetry. apply (sum_delta r a (fun b => U c b)), Ha.
Qed.

(* The solutions of Z Z^T v = x v, for x <> 0. *)
Theorem gram_eigenspace x v : x <> 0 ->
  (forall i, (i < k)%nat -> gram_apply v i = x * v i) <->
  (exists y, (forall a, (a < r)%nat -> sigma a * sigma a <> x -> y a = 0) /\
             forall i, (i < k)%nat -> v i = sum r (fun a => U i a * y a)).
Proof.
  intros Hx. split.
  - intros E. exists (fun a => / x * (sigma a * sigma a * along v a)).
    assert (S0 : forall i, (i < k)%nat -> v i = sum r (fun a => U i a * (/ x * (sigma a * sigma a * along v a)))).
    { intros i Hi. apply (Rmult_eq_reg_l x); [|exact Hx]. rewrite <- E, gram_apply_modes, <- sum_scal by exact Hi.
      apply sum_ext. intros. field. exact Hx. }
    split; [|exact S0]. intros a Ha Hs.
    assert (A : along v a = / x * (sigma a * sigma a * along v a)).
    { rewrite <- (along_span (fun a => / x * (sigma a * sigma a * along v a)) a Ha) at 1.
      unfold along at 1 2. apply sum_ext. intros c Hc. rewrite (S0 c Hc) at 1. reflexivity. }
    assert (B : (x - sigma a * sigma a) * along v a = 0).
    { apply (Rmult_eq_compat_l x) in A. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l in A by exact Hx. lra. }
    apply Rmult_integral in B as [B|B]; [exfalso; apply Hs; lra|]. rewrite B. ring.
  - intros [y [Hy Hv]] i Hi. rewrite gram_apply_modes, Hv, <- sum_scal by exact Hi. apply sum_ext. intros a Ha.
    assert (A : along v a = y a).
    { rewrite <- (along_span y a Ha). unfold along. apply sum_ext. intros c Hc. rewrite Hv by exact Hc. reflexivity. }
    rewrite A. destruct (Req_dec (sigma a * sigma a) x) as [->|Hs]; [ring|]. rewrite (Hy a Ha Hs). ring.
Qed.

(* So the x <> 0 with a solution that is not 0 are the squares of the sigma. *)
Theorem gram_eigenvalues x : x <> 0 ->
  (exists v, (exists i, (i < k)%nat /\ v i <> 0) /\ forall i, (i < k)%nat -> gram_apply v i = x * v i) <->
  (exists a, (a < r)%nat /\ sigma a * sigma a = x).
Proof.
  intros Hx. split.
  - intros [v [[i [Hi Hv]] E]]. apply gram_eigenspace in E as [y [Hy Ey]]; [|exact Hx].
    assert (D : forall n, (n <= r)%nat -> (exists a, (a < r)%nat /\ sigma a * sigma a = x) \/ sum n (fun a => U i a * y a) = 0).
    { induction n as [|n IH]; [right; reflexivity|]. intros Hn. destruct IH as [L|S0]; [lia | left; exact L|].
      destruct (Req_dec (sigma n * sigma n) x) as [En|Nn]; [left; exists n; split; [lia | exact En]|].
      right. simpl. rewrite S0, (Hy n ltac:(lia) Nn). ring. }
    destruct (D r (le_n r)) as [L|S0]; [exact L|]. exfalso. apply Hv. rewrite Ey by exact Hi. exact S0.
  - intros [a [Ha Ea]]. exists (fun i => sum r (fun b => U i b * (if Nat.eqb a b then 1 else 0))).
    assert (S0 : forall i, sum r (fun b => U i b * (if Nat.eqb a b then 1 else 0)) = U i a)
      by (intros i; apply (sum_delta r a (fun b => U i b)), Ha).
    split.
    + assert (D : forall n, (exists i, (i < n)%nat /\ U i a <> 0) \/ sum n (fun i => U i a * U i a) = 0).
      { induction n as [|n [[i [Hi Ni]]|IH]]; [right; reflexivity | left; exists i; split; [lia | exact Ni]|].
        destruct (Req_dec (U n a) 0) as [Z0|Nz]; [right; simpl; rewrite IH, Z0; ring | left; exists n; split; [lia | exact Nz]]. }
      destruct (D k) as [[i [Hi Ni]]|S1]; [exists i; split; [exact Hi | rewrite S0; exact Ni]|].
      rewrite (HU a a Ha Ha), Nat.eqb_refl in S1. lra.
    + apply gram_eigenspace; [exact Hx|]. exists (fun b => if Nat.eqb a b then 1 else 0). split; [|reflexivity].
      intros b _ Nb. destruct (Nat.eqb_spec a b) as [<-|]; [contradiction | reflexivity].
Qed.
End Decomposition.
