(* The positive semidefinite square root of a real matrix is unique.

   The statement of Terminal.v for Coq's real numbers: n x n matrices nat -> nat -> R, of which only
   the entries below n matter.  Proof: with D = A - B and S = A + B, D S + S D = 2 (A^2 - B^2) = 0, so
   the trace of D S D vanishes; it is the sum of the forms A and B on the rows of D, so D A = D B = 0,
   D^2 = 0 and D = 0.
   Computed by: ufm_theory::terminal::{classifier_gram, feature_gram_by_class}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz.
From UFM Require Import FiniteSums.
Open Scope R_scope.

(* u^T A v *)
Definition bilinear (n : nat) (A : nat -> nat -> R) (u v : nat -> R) : R :=
  sum n (fun j => sum n (fun l => u j * A j l * v l)).

(* Symmetric, with a nonnegative form. *)
Definition real_psd (n : nat) (A : nat -> nat -> R) : Prop :=
  (forall i j, (i < n)%nat -> (j < n)%nat -> A i j = A j i) /\ forall v, 0 <= bilinear n A v v.

Lemma sum_nonneg_zero n f : (forall i, (i < n)%nat -> 0 <= f i) -> sum n f = 0 ->
  forall i, (i < n)%nat -> f i = 0.
Proof.
  induction n; simpl; intros H E i Hi; [lia|].
  pose proof (H n ltac:(lia)). pose proof (sum_nonneg n f ltac:(auto)).
  destruct (Nat.eq_dec i n) as [->|]; [lra|]. apply IHn; [auto | lra | lia].
Qed.

(* The form on a line v + z x. *)
Lemma form_on_line n A v x z : (forall i j, (i < n)%nat -> (j < n)%nat -> A i j = A j i) ->
  bilinear n A (fun i => v i + z * x i) (fun i => v i + z * x i)
  = bilinear n A v v + z * (2 * bilinear n A v x + z * bilinear n A x x).
Proof.
  intros sym. assert (E : bilinear n A x v = bilinear n A v x).
  { unfold bilinear. rewrite sum_swap. apply sum_ext. intros j Hj. apply sum_ext. intros l Hl.
    rewrite (sym l j Hl Hj). ring. }
  replace (2 * bilinear n A v x) with (bilinear n A v x + bilinear n A x v) by lra.
  unfold bilinear. rewrite <- sum_scal, <- !sum_add, <- sum_scal, <- sum_add.
  apply sum_ext. intros j _. rewrite <- sum_scal, <- !sum_add, <- sum_scal, <- sum_add.
  apply sum_ext. intros l _. ring.
Qed.

(* A vector on which the form vanishes is in the kernel. *)
Lemma real_psd_kernel n A v : real_psd n A -> bilinear n A v v = 0 ->
  forall l, (l < n)%nat -> sum n (fun j => v j * A j l) = 0.
Proof.
  intros [sym pos] Hv. set (x := fun l => sum n (fun j => v j * A j l)).
  assert (Hb : bilinear n A v x = sum n (fun l => x l * x l)).
  { unfold bilinear. rewrite sum_swap. apply sum_ext. intros l _. apply sum_scal_r. }
  assert (Hc : 0 <= sum n (fun l => x l * x l)) by (apply sum_nonneg; intros; apply Rle_0_sqr).
  set (c := sum n (fun l => x l * x l)) in *. pose proof (pos x) as Hm. set (m := bilinear n A x x) in *.
  assert (H0 : c = 0).
  { pose proof (pos (fun i => v i + - (c / (m + 1)) * x i)) as P.
    rewrite form_on_line in P by exact sym. rewrite Hv, Hb in P. fold m in P.
    replace (0 + - (c / (m + 1)) * (2 * c + - (c / (m + 1)) * m))
      with (- (c * c * ((m + 2) / ((m + 1) * (m + 1))))) in P by (field; lra).
    assert (HK : 0 < (m + 2) / ((m + 1) * (m + 1))) by (apply Rdiv_lt_0_compat; nra).
    destruct (Req_dec c 0) as [|Hc0]; [assumption|].
    assert (0 < c * c) by nra. pose proof (Rmult_lt_0_compat _ _ H HK). lra. }
  intros l Hl. pose proof (sum_nonneg_zero n (fun l => x l * x l) ltac:(intros; apply Rle_0_sqr) H0 l Hl) as E.
  apply Rsqr_0_uniq. exact E.
Qed.

(* Uniqueness of the positive semidefinite square root over the reals. *)
Theorem real_square_root_unique n A B : real_psd n A -> real_psd n B ->
  (forall i j, (i < n)%nat -> (j < n)%nat -> mul n A A i j = mul n B B i j) ->
  forall i j, (i < n)%nat -> (j < n)%nat -> A i j = B i j.
Proof.
  intros PA PB HAB. pose proof PA as [symA posA]. pose proof PB as [symB posB].
  set (D := fun i j => A i j - B i j). set (S := fun i j => A i j + B i j).
  assert (symD : forall i j, (i < n)%nat -> (j < n)%nat -> D i j = D j i).
  { intros i j Hi Hj. unfold D. rewrite (symA i j), (symB i j) by assumption. reflexivity. }
  (* D S + S D = 0 *)
  assert (anti : forall i l, (i < n)%nat -> (l < n)%nat ->
    sum n (fun j => D i j * S j l) = - sum n (fun j => S i j * D j l)).
  { intros i l Hi Hl. pose proof (HAB i l Hi Hl) as E. unfold mul in E.
    cut (sum n (fun j => D i j * S j l) + sum n (fun j => S i j * D j l)
         = 2 * (sum n (fun j => A i j * A j l) + (-1) * sum n (fun j => B i j * B j l))); [lra|].
    rewrite <- sum_add, <- sum_scal, <- sum_add, <- sum_scal. apply sum_ext. intros. unfold D, S. ring. }
  (* the trace of D S D vanishes *)
  set (T := sum n (fun i => sum n (fun l => sum n (fun j => D i j * S j l) * D l i))).
  assert (T0 : T = 0).
  { assert (E : T = sum n (fun i => sum n (fun l => sum n (fun j => S i j * D j l) * D l i))).
    { unfold T. rewrite (sum_ext n _ (fun i => sum n (fun l => sum n (fun j => D i j * S j l * D l i))))
        by (intros; apply sum_ext; intros; symmetry; apply sum_scal_r).
      rewrite (sum_ext n (fun i => sum n (fun l => sum n (fun j => S i j * D j l) * D l i))
                 (fun i => sum n (fun l => sum n (fun j => S i j * D j l * D l i))))
        by (intros; apply sum_ext; intros; symmetry; apply sum_scal_r).
      (* the cyclic exchange i -> l -> j -> i *)
      rewrite (sum_ext n _ (fun i => sum n (fun j => sum n (fun l => D i j * S j l * D l i))))
        by (intros; apply sum_swap).
      rewrite sum_swap. apply sum_ext. intros j _. rewrite sum_swap. rewrite sum_swap.
      apply sum_ext. intros i _. apply sum_ext. intros l _. ring. }
    cut (T = - T); [lra|]. rewrite E at 2. unfold T.
    rewrite <- (Rmult_1_l (sum n (fun i => sum n (fun l => sum n (fun j => S i j * D j l) * D l i)))) at 1.
    rewrite Ropp_mult_distr_l, <- sum_scal. apply sum_ext. intros i Hi. rewrite <- sum_scal.
    apply sum_ext. intros l Hl. rewrite anti by assumption. ring. }
  assert (forms : forall i, (i < n)%nat -> bilinear n A (D i) (D i) + bilinear n B (D i) (D i) = 0).
  { apply sum_nonneg_zero; [intros i Hi; pose proof (posA (D i)); pose proof (posB (D i)); lra|].
    rewrite <- T0. apply sum_ext. intros i Hi.
    transitivity (sum n (fun j => sum n (fun l => D i j * S j l * D l i))).
    - unfold bilinear. rewrite <- sum_add. apply sum_ext. intros j _. rewrite <- sum_add.
      apply sum_ext. intros l Hl. rewrite (symD l i) by assumption. unfold S. ring.
    - rewrite sum_swap. apply sum_ext. intros l _. apply sum_scal_r. }
  intros i j Hi Hj. apply Rminus_diag_uniq. change (D i j = 0).
  pose proof (forms i Hi). pose proof (posA (D i)). pose proof (posB (D i)).
  assert (KA := real_psd_kernel n A (D i) PA ltac:(lra) i Hi).
  assert (KB := real_psd_kernel n B (D i) PB ltac:(lra) i Hi).
  apply Rsqr_0_uniq. apply (sum_nonneg_zero n (fun j => Rsqr (D i j))); [intros; apply Rle_0_sqr | | exact Hj].
  transitivity (sum n (fun j => D i j * A j i) + (-1) * sum n (fun j => D i j * B j i)); [|rewrite KA, KB; ring].
  rewrite <- sum_scal, <- sum_add. apply sum_ext. intros l Hl. unfold Rsqr.
  rewrite (symD i l) at 2 by assumption. unfold D. ring.
Qed.

(* P P^T is positive semidefinite. *)
Theorem real_psd_gram n d P : real_psd n (mul d P (tr P)).
Proof.
  split.
  - intros i j _ _. unfold mul, tr. apply sum_ext. intros; ring.
  - intros v. replace (bilinear n (mul d P (tr P)) v v)
      with (sum d (fun x => sum n (fun a => v a * tr P x a) * sum n (fun b => v b * tr P x b))).
    + apply sum_nonneg. intros. apply Rle_0_sqr.
    + rewrite expand. unfold bilinear. apply sum_ext. intros a _. apply sum_ext. intros b _.
      unfold mul, tr. ring.
Qed.
