(* The balance of the two layers is conserved, whatever the weights and whatever the loss.

   Logits L = W H, W in R^(k x d), H in R^(d x N).  Gradient flow of a loss of the logits has the form
        W' = G H^T,   H' = W^T G,         G = - (gradient of the loss in L), k x N.
   For the weighted squared loss G = (Z - W H) Omega.  Then W^T W - H H^T does not move.  Nothing is
   assumed about G, so the statement covers unweighted and weighted squared loss, any symmetric or
   non-symmetric Omega, and cross-entropy.

   Hypotheses: the flow holds entrywise for t >= 0 (derivatives of real functions).
   Computed by: ufm_simulation::Moment::imbalance_drift.
   Source: this project (conservation for the unweighted flow is classical). *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums.
Open Scope R_scope.

(* The matrices W t, H t follow the flow driven by G t. *)
Definition follows (k d N : nat) (W H G : R -> nat -> nat -> R) : Prop :=
  (forall t i l, 0 <= t -> (i < k)%nat -> (l < d)%nat ->
     is_derive (fun u => W u i l) t (mul N (G t) (tr (H t)) i l)) /\
  (forall t l j, 0 <= t -> (l < d)%nat -> (j < N)%nat ->
     is_derive (fun u => H u l j) t (mul k (tr (W t)) (G t) l j)).

(* The driving matrix of the weighted squared loss, (Z - W H) Omega. *)
Definition weighted_residual (d N : nat) (Z Om : nat -> nat -> R) (W H : R -> nat -> nat -> R)
  (t : R) : nat -> nat -> R :=
  mul N (fun i j => Z i j - mul d (W t) (H t) i j) Om.

(* Entry (l, m) of W^T W - H H^T. *)
Definition imbalance (k N : nat) (W H : R -> nat -> nat -> R) (t : R) (l m : nat) : R :=
  mul k (tr (W t)) (W t) l m - mul N (H t) (tr (H t)) l m.

Section Conservation.
Variables (k d N : nat) (W H G : R -> nat -> nat -> R).
Hypothesis flow : follows k d N W H G.

(* W^T W' = H' H^T entrywise: both are W^T G H^T. *)
Lemma cross_terms t l m :
  sum k (fun i => W t i m * mul N (G t) (tr (H t)) i l)
  = sum N (fun j => H t l j * mul k (tr (W t)) (G t) m j).
Proof.
  unfold mul, tr.
  rewrite (sum_ext k _ (fun i => sum N (fun j => W t i m * (G t i j * H t l j))))
    by (intros i _; symmetry; apply sum_scal).
  rewrite sum_swap. apply sum_ext. intros j _. rewrite <- sum_scal. apply sum_ext. intros i _. ring.
Qed.

(* The derivative of every entry of W^T W - H H^T is zero. *)
Theorem imbalance_derivative_zero t l m : 0 <= t -> (l < d)%nat -> (m < d)%nat ->
  is_derive (fun u => imbalance k N W H u l m) t 0.
Proof.
  intros Ht Hl Hm. destruct flow as [FW FH].
  set (dW := fun i l => mul N (G t) (tr (H t)) i l).
  set (dH := fun l j => mul k (tr (W t)) (G t) l j).
  replace 0 with (sum k (fun i => dW i l * W t i m + W t i l * dW i m)
                  - sum N (fun j => dH l j * H t m j + H t l j * dH m j)).
  - unfold imbalance, mul, tr.
    apply (is_derive_minus (fun u => sum k (fun i => W u i l * W u i m))
                           (fun u => sum N (fun j => H u l j * H u m j))).
    + apply (is_derive_sum k (fun i u => W u i l * W u i m)). intros i Hi.
      apply (is_derive_mult (fun u => W u i l) (fun u => W u i m));
        [apply FW | apply FW | intros; apply Rmult_comm]; assumption.
    + apply (is_derive_sum N (fun j u => H u l j * H u m j)). intros j Hj.
      apply (is_derive_mult (fun u => H u l j) (fun u => H u m j));
        [apply FH | apply FH | intros; apply Rmult_comm]; assumption.
  - rewrite !sum_add. pose proof (cross_terms t l m) as E1. pose proof (cross_terms t m l) as E2.
    unfold dW, dH.
    rewrite (sum_ext k (fun i => mul N (G t) (tr (H t)) i l * W t i m)
                       (fun i => W t i m * mul N (G t) (tr (H t)) i l)) by (intros; ring).
    rewrite (sum_ext N (fun j => mul k (tr (W t)) (G t) l j * H t m j)
                       (fun j => H t m j * mul k (tr (W t)) (G t) l j)) by (intros; ring).
    rewrite E1, E2. ring.
Qed.

(* Hence W^T W - H H^T keeps its initial value. *)
Theorem imbalance_conserved t l m : 0 <= t -> (l < d)%nat -> (m < d)%nat ->
  imbalance k N W H t l m = imbalance k N W H 0 l m.
Proof.
  intros Ht Hl Hm. apply (constant_of_zero_derivative (fun u => imbalance k N W H u l m)); [|exact Ht].
  intros u Hu. apply imbalance_derivative_zero; assumption.
Qed.

(* A balanced start stays balanced: W^T W = H H^T for ever. *)
Theorem balanced_for_ever :
  (forall l m, (l < d)%nat -> (m < d)%nat -> mul k (tr (W 0)) (W 0) l m = mul N (H 0) (tr (H 0)) l m) ->
  forall t l m, 0 <= t -> (l < d)%nat -> (m < d)%nat ->
  mul k (tr (W t)) (W t) l m = mul N (H t) (tr (H t)) l m.
Proof.
  intros H0 t l m Ht Hl Hm. pose proof (imbalance_conserved t l m Ht Hl Hm) as E.
  unfold imbalance in E. specialize (H0 l m Hl Hm). lra.
Qed.
End Conservation.

(* The weighted squared loss: conserved for any weight matrix Omega, diagonal or not. *)
Theorem weighted_flow_conserves k d N Z Om W H :
  follows k d N W H (weighted_residual d N Z Om W H) ->
  forall t l m, 0 <= t -> (l < d)%nat -> (m < d)%nat ->
  imbalance k N W H t l m = imbalance k N W H 0 l m.
Proof. intros F t l m. exact (imbalance_conserved k d N W H _ F t l m). Qed.
