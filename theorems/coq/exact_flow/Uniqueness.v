(* The flows have at most one solution from a given start (Systems.v for what is behind it):
     the matrix flow W' = G H^T, H' = W^T G with G = (Z - W H) M for any fixed M: the weighted squared
     loss (M = Omega, symmetric or not), the unweighted one (M = I), the projected one (M = Omega V V^T);
     the three equations of ExactFlow.v.
   So the decoupled modes of Modes.v are the solution from their start.

   Hypotheses: both solutions hold entrywise for t >= 0, both agree on all entries at t = 0.
   Computed by: ufm_simulation::GradientFlow (its moments as the solution), ufm_simulation::ReducedFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic FiniteSums Flow Modes Comparison ExactFlow Systems.
Import ListNotations.
Open Scope R_scope.

(* A and B have the same entries in k rows and d columns. *)
Definition agree (k d : nat) (A B : nat -> nat -> R) : Prop :=
  forall i j, (i < k)%nat -> (j < d)%nat -> A i j = B i j.

(* Places in the two layers W and H, and what is there. *)
Definition places (k d N : nat) : list (nat * nat + nat * nat) :=
  map inl (list_prod (seq 0 k) (seq 0 d)) ++ map inr (list_prod (seq 0 d) (seq 0 N)).
Definition entry (W H : R -> nat -> nat -> R) (s : nat * nat + nat * nat) (t : R) : R :=
  match s with inl p => W t (fst p) (snd p) | inr p => H t (fst p) (snd p) end.

Lemma in_places k d N s : In s (places k d N) <->
  match s with inl p => (fst p < k)%nat /\ (snd p < d)%nat | inr p => (fst p < d)%nat /\ (snd p < N)%nat end.
Proof.
  unfold places. rewrite in_app_iff, !in_map_iff. split.
  - intros [[[i j] [<- H]] | [[i j] [<- H]]]; apply in_prod_iff in H; rewrite !in_seq in H; simpl; lia.
  - destruct s as [[i j] | [i j]]; simpl; intros H; [left | right];
      (exists (i, j); split; [reflexivity|]; apply in_prod_iff; rewrite !in_seq; lia).
Qed.

(* The matrix flow, for any driving matrices that are close wherever the layers are. *)
Theorem driven_unique k d N W H G W' H' G' :
  follows k d N W H G -> follows k d N W' H' G' ->
  (forall T e, 0 <= T -> (forall t, 0 <= e t) ->
     (forall i l, (i < k)%nat -> (l < d)%nat -> close (span T) e (fun t => W t i l) (fun t => W' t i l)) ->
     (forall l j, (l < d)%nat -> (j < N)%nat -> close (span T) e (fun t => H t l j) (fun t => H' t l j)) ->
     forall i j, (i < k)%nat -> (j < N)%nat -> close (span T) e (fun t => G t i j) (fun t => G' t i j)) ->
  agree k d (W 0) (W' 0) -> agree d N (H 0) (H' 0) ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d N (H t) (H' t).
Proof.
  intros [FW FH] [FW' FH'] HG W0 H0.
  set (d1 := entry (fun t => mul N (G t) (tr (H t))) (fun t => mul k (tr (W t)) (G t))).
  set (d2 := entry (fun t => mul N (G' t) (tr (H' t))) (fun t => mul k (tr (W' t)) (G' t))).
  assert (E : forall s t, In s (places k d N) -> 0 <= t -> entry W H s t = entry W' H' s t).
  { apply (unique_solution (places k d N) (entry W H) (entry W' H') d1 d2).
    - intros s t Hs Ht. apply in_places in Hs. destruct s as [[i j] | [i j]], Hs; split;
        [apply FW | apply FW' | apply FH | apply FH']; assumption.
    - intros T e HT He C.
      assert (CW : forall i l, (i < k)%nat -> (l < d)%nat -> close (span T) e (fun t => W t i l) (fun t => W' t i l)).
      { intros i l Hi Hl. apply (C (inl (i, l))), in_places. split; assumption. }
      assert (CH : forall l j, (l < d)%nat -> (j < N)%nat -> close (span T) e (fun t => H t l j) (fun t => H' t l j)).
      { intros l j Hl Hj. apply (C (inr (l, j))), in_places. split; assumption. }
      pose proof (HG T e HT He CW CH) as CG. intros s Hs. apply in_places in Hs.
      destruct s as [[i j] | [i j]], Hs; simpl in *; apply close_mul; intros; unfold tr; auto.
    - intros s Hs. apply in_places in Hs. destruct s as [[i j] | [i j]], Hs; simpl; auto. }
  intros t Ht. split; intros i j Hi Hj.
  - apply (E (inl (i, j)) t); [apply in_places; split|]; assumption.
  - apply (E (inr (i, j)) t); [apply in_places; split|]; assumption.
Qed.

(* The driving matrix of the unweighted squared loss, Z - W H. *)
Definition residual (d : nat) (Z : nat -> nat -> R) (W H : R -> nat -> nat -> R) (t : R) (i j : nat) : R :=
  Z i j - mul d (W t) (H t) i j.

(* That of the projected flow, (Z - W H) Omega V V^T, V of r columns, for any layers. *)
Definition residual_on_rows (d N r : nat) (V Z Om : nat -> nat -> R) (W H : R -> nat -> nat -> R)
  (t : R) : nat -> nat -> R :=
  mul r (mul N (weighted_residual d N Z Om W H t) V) (tr V).

Section Flows.
Variables (k d N : nat) (Z : nat -> nat -> R) (W H W' H' : R -> nat -> nat -> R).
Hypotheses (W0 : agree k d (W 0) (W' 0)) (H0 : agree d N (H 0) (H' 0)).

Lemma close_residual T e i j : (forall t, 0 <= e t) ->
  (forall l, (l < d)%nat -> close (span T) e (fun t => W t i l) (fun t => W' t i l)) ->
  (forall l, (l < d)%nat -> close (span T) e (fun t => H t l j) (fun t => H' t l j)) ->
  close (span T) e (fun t => residual d Z W H t i j) (fun t => residual d Z W' H' t i j).
Proof. intros He CW CH. apply close_minus; [apply close_const, He | apply close_mul; assumption]. Qed.

(* Unweighted squared loss. *)
Theorem vanilla_unique :
  follows k d N W H (residual d Z W H) -> follows k d N W' H' (residual d Z W' H') ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d N (H t) (H' t).
Proof.
  intros F F'. apply (driven_unique k d N W H _ W' H' _ F F'); try assumption.
  intros T e _ He CW CH i j Hi Hj. apply close_residual; auto.
Qed.

(* Weighted squared loss, for any matrix Omega: (Z - W H) times any fixed matrix. *)
Theorem flow_unique Om :
  follows k d N W H (weighted_residual d N Z Om W H) -> follows k d N W' H' (weighted_residual d N Z Om W' H') ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d N (H t) (H' t).
Proof.
  intros F F'. apply (driven_unique k d N W H _ W' H' _ F F'); try assumption.
  intros T e _ He CW CH i j Hi Hj. apply close_mul; [exact He| |intros; apply close_const, He].
  intros x Hx. apply close_residual; auto.
Qed.

(* The same projected on the row space of V^T, for any V. *)
Theorem projected_unique r V Om :
  follows k d N W H (residual_on_rows d N r V Z Om W H) ->
  follows k d N W' H' (residual_on_rows d N r V Z Om W' H') ->
  forall t, 0 <= t -> agree k d (W t) (W' t) /\ agree d N (H t) (H' t).
Proof.
  intros F F'. apply (driven_unique k d N W H _ W' H' _ F F'); try assumption.
  intros T e _ He CW CH i j Hi Hj. apply close_mul; [exact He| |intros; apply close_const, He].
  intros a Ha. apply close_mul; [exact He| |intros; apply close_const, He].
  intros y Hy. apply close_mul; [exact He| |intros; apply close_const, He].
  intros x Hx. apply close_residual; auto.
Qed.
End Flows.

(* The decoupled modes are the solution of the projected flow from their start: whatever follows it from
   W(0) = U diag(sqrt s0) Q^T, H(0) = Q diag(sqrt s0) V^T has the layers of Modes.explicit_flow, and the
   logits U diag(s) V^T with s logistic. *)
Theorem projected_flow_is_explicit k d N r U V Q (sigma lambda s0 : nat -> R) Om W H :
  orthonormal k r U -> orthonormal N r V -> orthonormal d r Q ->
  (forall a, (a < r)%nat -> 0 < lambda a /\ 0 < s0 a < sigma a) ->
  (forall a b, (a < r)%nat -> (b < r)%nat ->
     mul N (mul N (tr V) Om) V a b = if Nat.eqb b a then lambda b else 0) ->
  follows k d N W H (residual_on_rows d N r V (mode_Z r U V sigma) Om W H) ->
  agree k d (W 0) (fun i l => sum r (fun a => U i a * sqrt (s0 a) * Q l a)) ->
  agree d N (H 0) (fun l j => sum r (fun a => V j a * sqrt (s0 a) * Q l a)) ->
  let w a t := sqrt (s (sigma a) (lambda a) (s0 a) t) in
  forall t, 0 <= t -> agree k d (W t) (mode_W r U Q w t) /\ agree d N (H t) (mode_H r V Q w t) /\
    agree k N (mul d (W t) (H t)) (fun i j => sum r (fun a => U i a * s (sigma a) (lambda a) (s0 a) t * V j a)).
Proof.
  intros HU HV HQ Hs HL F W0 H0 w t Ht.
  destruct (explicit_flow k d N r U V Q sigma lambda s0 Om HU HV HQ Hs HL) as [F' E].
  assert (w0 : forall a, (a < r)%nat -> w a 0 = sqrt (s0 a)).
  { intros a Ha. destruct (Hs a Ha). unfold w. rewrite s_initial; [reflexivity | lra | assumption]. }
  destruct (projected_unique k d N (mode_Z r U V sigma) W H (mode_W r U Q w) (mode_H r V Q w)) with
    (r := r) (V := V) (Om := Om) (t := t) as [AW AH]; try assumption.
  - intros i l Hi Hl. rewrite W0 by assumption. apply sum_ext. intros a Ha. rewrite w0 by exact Ha. reflexivity.
  - intros l j Hl Hj. rewrite H0 by assumption. apply sum_ext. intros a Ha. rewrite w0 by exact Ha. reflexivity.
  - split; [exact AW | split; [exact AH|]]. intros i j Hi Hj. rewrite <- (E t i j).
    apply sum_ext. intros l Hl. rewrite (AW i l), (AH l j) by assumption. reflexivity.
Qed.

(* And the solution of the unweighted flow, with all rates 1. *)
Theorem vanilla_flow_is_explicit k d N r U V Q (sigma s0 : nat -> R) W H :
  orthonormal k r U -> orthonormal N r V -> orthonormal d r Q ->
  (forall a, (a < r)%nat -> 0 < s0 a < sigma a) ->
  follows k d N W H (residual d (mode_Z r U V sigma) W H) ->
  agree k d (W 0) (fun i l => sum r (fun a => U i a * sqrt (s0 a) * Q l a)) ->
  agree d N (H 0) (fun l j => sum r (fun a => V j a * sqrt (s0 a) * Q l a)) ->
  let w a t := sqrt (s (sigma a) 1 (s0 a) t) in
  forall t, 0 <= t -> agree k d (W t) (mode_W r U Q w t) /\ agree d N (H t) (mode_H r V Q w t) /\
    agree k N (mul d (W t) (H t)) (fun i j => sum r (fun a => U i a * s (sigma a) 1 (s0 a) t * V j a)).
Proof.
  intros HU HV HQ Hs F W0 H0 w t Ht.
  assert (w0 : forall a, (a < r)%nat -> w a 0 = sqrt (s0 a)).
  { intros a Ha. pose proof (Hs a Ha). unfold w. rewrite s_initial; [reflexivity | lra | assumption]. }
  assert (ode : forall a u, (a < r)%nat -> 0 <= u -> is_derive (w a) u (1 * w a u * (sigma a - w a u * w a u))).
  { intros a u Ha _. pose proof (Hs a Ha). apply sqrt_s_solves_mode_ode; lra. }
  pose proof (modes_solve_vanilla k d N r U V Q sigma (fun _ => 1) w HU HV HQ ode (fun _ _ => eq_refl)) as F'.
  destruct (vanilla_unique k d N (mode_Z r U V sigma) W H (mode_W r U Q w) (mode_H r V Q w)) with (t := t)
    as [AW AH]; try assumption.
  - intros i l Hi Hl. rewrite W0 by assumption. apply sum_ext. intros a Ha. rewrite w0 by exact Ha. reflexivity.
  - intros l j Hl Hj. rewrite H0 by assumption. apply sum_ext. intros a Ha. rewrite w0 by exact Ha. reflexivity.
  - split; [exact AW | split; [exact AH|]]. intros i j Hi Hj.
    transitivity (mul d (mode_W r U Q w t) (mode_H r V Q w t) i j).
    + apply sum_ext. intros l Hl. rewrite (AW i l), (AH l j) by assumption. reflexivity.
    + rewrite (mode_logits d r U V Q w HQ). apply sum_ext. intros a Ha. pose proof (Hs a Ha).
      unfold w. rewrite sqrt_sqrt; [ring|]. apply Rlt_le, s_range; lra.
Qed.

(* The three equations of the contrast mode. *)
Theorem reduced_unique m1 m2 Z1 Z2 w a b w' a' b' :
  solves m1 m2 Z1 Z2 w a b -> solves m1 m2 Z1 Z2 w' a' b' ->
  w 0 = w' 0 -> a 0 = a' 0 -> b 0 = b' 0 ->
  forall t, 0 <= t -> w t = w' t /\ a t = a' t /\ b t = b' t.
Proof.
  intros F F' w0 a0 b0.
  set (three (f g h : R -> R) (i : nat) := match i with 0%nat => f | 1%nat => g | _ => h end).
  set (rhs (w a b : R -> R) := three (fun t => m1 * (Z1 - w t * a t) * a t + m2 * (Z2 - w t * b t) * b t)
    (fun t => m1 * w t * (Z1 - w t * a t)) (fun t => m2 * w t * (Z2 - w t * b t))).
  assert (E : forall i t, In i [0; 1; 2]%nat -> 0 <= t -> three w a b i t = three w' a' b' i t).
  { apply (unique_solution _ _ _ (rhs w a b) (rhs w' a' b')).
    - intros i t Hi Ht. destruct (F t Ht) as [Dw [Da Db]], (F' t Ht) as [Dw' [Da' Db']].
      destruct Hi as [<- | [<- | [<- | []]]]; split; assumption.
    - intros T e _ He C i Hi.
      pose proof (C 0%nat ltac:(simpl; auto)) as Cw. pose proof (C 1%nat ltac:(simpl; auto)) as Ca.
      pose proof (C 2%nat ltac:(simpl; auto)) as Cb. simpl in Cw, Ca, Cb.
      destruct Hi as [<- | [<- | [<- | []]]]; simpl;
        repeat first [ assumption | apply close_const | apply close_minus | apply close_plus | apply close_mult ].
    - intros i Hi. destruct Hi as [<- | [<- | [<- | []]]]; assumption. }
  intros t Ht. split; [|split]; [apply (E 0%nat) | apply (E 1%nat) | apply (E 2%nat)]; simpl; auto.
Qed.

(* From the scaled start the three equations have one solution: the start is one point. *)
Theorem scaled_start_unique m1 m2 Z1 Z2 e w a b w' a' b' :
  solves m1 m2 Z1 Z2 w a b -> solves m1 m2 Z1 Z2 w' a' b' ->
  starts e Z1 Z2 w a b -> starts e Z1 Z2 w' a' b' ->
  forall t, 0 <= t -> w t = w' t /\ a t = a' t /\ b t = b' t.
Proof.
  intros F F' [w0 [_ [_ [B [EA EB]]]]] [w0' [_ [_ [B' [EA' EB']]]]].
  assert (E : w 0 = w' 0).
  { apply Rsqr_inj; [lra | lra|]. apply Rsqr_inj; [apply Rle_0_sqr | apply Rle_0_sqr|].
    assert (Q : forall x y z, Rsqr x = Rsqr y + Rsqr z -> Rsqr (Rsqr x) = Rsqr (x * y) + Rsqr (x * z)).
    { intros x y z Exyz. rewrite !Rsqr_mult, <- Rmult_plus_distr_l, <- Exyz. reflexivity. }
    rewrite (Q _ _ _ B), (Q _ _ _ B'), EA, EB, EA', EB'. reflexivity. }
  apply (reduced_unique m1 m2 Z1 Z2); try assumption; apply (Rmult_eq_reg_l (w 0)); try lra.
  - rewrite EA, E, EA'. reflexivity.
  - rewrite EB, E, EB'. reflexivity.
Qed.
