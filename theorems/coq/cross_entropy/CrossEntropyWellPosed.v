(* The flow of the weighted softmax cross-entropy has exactly one solution for all t >= 0, from any start.

   An instance of WellPosed.v: the residual of a sample of class c is e_c - p, p the softmax of its logits l, and
        sum_i (e_c - p)_i l_i = sum_i p_i (l_c - l_i) <= k,
   as p_i <= exp (l_i - l_c) and x exp (-x) <= 1.

   Hypotheses: weights of samples at least 0, classes of samples among the k; no others.
   Computed by: ufm_simulation::CrossEntropyFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Systems Uniqueness WellPosed CrossEntropy CrossEntropySymmetry.
Import ListNotations.
Open Scope R_scope.

Lemma softmax_total n l : (0 < n)%nat -> sum n (softmax n l) = 1.
Proof.
  intros Hn. unfold softmax, Rdiv. rewrite sum_scal_r. apply Rinv_r.
  pose proof (exp_pos (l O)). pose proof (term_le_sum n (fun j => exp (l j)) O ltac:(intros; left; apply exp_pos) Hn).
  simpl in *. lra.
Qed.

(* What one sample supplies. *)
Lemma residual_on_logits n c l : (c < n)%nat -> sum n (fun i => residual n c l i * l i) <= INR n.
Proof.
  intros Hc. pose proof (softmax_total n l ltac:(lia)) as S1.
  rewrite (sum_ext n _ (fun i => l i * (if Nat.eqb c i then 1 else 0) + - 1 * (softmax n l i * l i))).
  2:{ intros i _. unfold residual. rewrite (Nat.eqb_sym c i). destruct (Nat.eqb i c); ring. }
  rewrite sum_add, sum_scal, (sum_delta n c l Hc).
  replace (l c + - 1 * sum n (fun i => softmax n l i * l i)) with (sum n (fun i => softmax n l i * (l c - l i))).
  - rewrite <- (Rmult_1_r (INR n)). apply sum_const_le. intros i Hi. unfold softmax.
    set (S := sum n (fun j => exp (l j))).
    assert (SC : exp (l c) <= S) by (apply (term_le_sum n (fun j => exp (l j)) c); [intros; left; apply exp_pos | exact Hc]).
    pose proof (exp_pos (l c)) as Pc. pose proof (exp_pos (l i)) as Pi.
    replace (exp (l i) / S * (l c - l i)) with (exp (l i) * (l c - l i) / S) by (field; lra).
    apply Rle_div_l; [lra|]. apply Rle_trans with (exp (l c)); [|lra].
    replace (exp (l c)) with (exp (l i) * exp (l c - l i)) by (rewrite <- exp_plus; f_equal; ring).
    apply Rmult_le_compat_l; [lra|]. pose proof (exp_ineq1_le (l c - l i)). lra.
  - rewrite (sum_ext n _ (fun i => l c * softmax n l i + - 1 * (softmax n l i * l i))) by (intros; ring).
    rewrite sum_add, !sum_scal, S1. ring.
Qed.

Section Flow.
Variables (k d N : nat) (cl : nat -> nat) (weight : nat -> R).
Hypothesis classes : forall j, (j < N)%nat -> (cl j < k)%nat.
Hypothesis nonnegative : forall j, (j < N)%nat -> 0 <= weight j.

Lemma cross_entropy_lipschitz : lipschitz_drive k N (drive k cl weight).
Proof.
  intros X on e L L' He C i j Hi Hj.
  destruct (close_uniform on e He (seq 0 k) (fun i x => L x i j) (fun i x => L' x i j)) as [K [HK P]].
  { intros c Hc. apply in_seq in Hc. apply C; [lia | exact Hj]. }
  apply close_mult; [apply close_const, He|].
  assert (B : forall l, Rabs (residual k (cl j) l i) <= 1).
  { intros l. pose proof (softmax_range k l i Hi). unfold residual. apply Rabs_le. destruct (Nat.eqb i (cl j)); lra. }
  exists (1 + 2 * exp 2 * K). pose proof (exp_pos 2) as P2. pose proof (Rmult_le_pos (2 * exp 2) K ltac:(lra) HK) as PK.
  split; [lra|]. intros x Hx. pose proof (B (fun c => L x c j)). pose proof (B (fun c => L' x c j)).
  split; [lra|]. split; [lra|]. unfold residual.
  replace ((if Nat.eqb i (cl j) then 1 else 0) - softmax k (fun c => L x c j) i
           - ((if Nat.eqb i (cl j) then 1 else 0) - softmax k (fun c => L' x c j) i))
    with (- (softmax k (fun c => L x c j) i - softmax k (fun c => L' x c j) i)) by ring.
  rewrite Rabs_Ropp.
  apply Rle_trans with (1 := softmax_close k _ _ i (K * e x) Hi (fun c Hc => P c x ltac:(apply in_seq; lia) Hx)).
  pose proof (He x). rewrite <- Rmult_assoc. apply Rmult_le_compat_r; lra.
Qed.

Let supply : R := sum N (fun j => weight j * INR k).

Lemma cross_entropy_dissipative L : sum k (fun i => sum N (fun j => drive k cl weight L i j * L i j)) <= supply.
Proof.
  rewrite sum_swap. apply sum_le. intros j Hj.
  rewrite (sum_ext k _ (fun i => weight j * (residual k (cl j) (fun c => L c j) i * L i j))).
  2:{ intros i _. unfold drive. ring. }
  rewrite sum_scal. apply Rmult_le_compat_l; [apply nonnegative, Hj|].
  apply (residual_on_logits k (cl j) (fun c => L c j)), classes, Hj.
Qed.

Theorem cross_entropy_well_posed (W0 H0 : nat -> nat -> R) : exists W H,
  agree k d (W 0) W0 /\ agree d N (H 0) H0 /\ follows k d N W H (fun t => drive k cl weight (mul d (W t) (H t))) /\
  forall W' H', agree k d (W' 0) W0 -> agree d N (H' 0) H0 ->
    follows k d N W' H' (fun t => drive k cl weight (mul d (W' t) (H' t))) ->
    forall t, 0 <= t -> agree k d (W' t) (W t) /\ agree d N (H' t) (H t).
Proof.
  apply (driven_well_posed k d N (drive k cl weight) supply cross_entropy_lipschitz cross_entropy_dissipative).
  unfold supply. apply sum_nonneg. intros j Hj. apply Rmult_le_pos; [apply nonnegative, Hj | apply pos_INR].
Qed.
End Flow.
