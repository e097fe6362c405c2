(* The flows have at most one solution from a given start.

   Two solutions of x_i' = F_i(x), i in a finite list, that agree at t = 0 agree for all t >= 0, if on
   every [0, T] the right-hand sides along them differ by at most a constant times the distance of the
   two: Gronwall's inequality for the squared distance.  For a polynomial F the constant exists, as
   solutions are continuous and so bounded on [0, T]; this is what close below keeps track of.  Instances:
     the matrix flow W' = G H^T, H' = W^T G with G = (Z - W H) M for any fixed M: the weighted squared
     loss (M = Omega, symmetric or not), the unweighted one (M = I), the projected one (M = Omega V V^T);
     the three equations of ExactFlow.v.
   So the decoupled modes of Modes.v are the solution from their start.

   Hypotheses: both solutions hold entrywise for t >= 0, both agree on all entries at t = 0.
   Computed by: ufm_simulation::GradientFlow (its moments as the solution), ufm_simulation::ReducedFlow.
   Source: this project (Gronwall's inequality is classical). *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic FiniteSums Flow Modes Comparison ExactFlow.
Import ListNotations.
Open Scope R_scope.

(* Gronwall: what starts at zero and grows at most like C times itself is never positive. *)
Lemma never_positive (g dg : R -> R) C T : 0 <= T -> g 0 <= 0 ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> dg t <= C * g t) -> g T <= 0.
Proof.
  intros HT H0 D P. assert (0 <= - g T); [|lra].
  apply (stays_nonneg (fun t => - g t) (fun t => - dg t) C T HT); [lra| | |lra].
  - intros t Ht. apply (is_derive_opp g t (dg t)), D, Ht.
  - intros t Ht _. pose proof (P t Ht). lra.
Qed.

Section System.
Context {I : Type}.
Implicit Types (l : list I) (x y dx dy : I -> R -> R).

(* The sum of f over the list l. *)
Fixpoint total l (f : I -> R) : R := match l with [] => 0 | i :: m => f i + total m f end.

Lemma total_le l f g : (forall i, In i l -> f i <= g i) -> total l f <= total l g.
Proof.
  induction l as [|i l IH]; simpl; intros H; [lra|].
  pose proof (H i (or_introl eq_refl)). pose proof (IH (fun j Hj => H j (or_intror Hj))). lra.
Qed.

Lemma total_const l c : total l (fun _ => c) = INR (length l) * c.
Proof. induction l as [|i l IH]; [simpl; ring|]. simpl total. rewrite IH. simpl length. rewrite S_INR. ring. Qed.

(* A term of a sum of nonnegative terms is at most the sum. *)
Lemma term_le_total l f i : (forall j, 0 <= f j) -> In i l -> f i <= total l f.
Proof.
  intros P. assert (N : forall m, 0 <= total m f).
  { intros m. pose proof (total_le m (fun _ => 0) f (fun j _ => P j)) as L. rewrite total_const in L. lra. }
  induction l as [|j l IH]; simpl; intros [].
  - subst. pose proof (N l). lra.
  - pose proof (IH H). pose proof (P j). lra.
Qed.

Lemma is_derive_total l (f : I -> R -> R) (df : I -> R) t :
  (forall i, In i l -> is_derive (f i) t (df i)) -> is_derive (fun u => total l (fun i => f i u)) t (total l df).
Proof.
  induction l as [|i l IH]; simpl; intros H; [apply (is_derive_const 0 t)|].
  apply (is_derive_plus (f i) (fun u => total l (fun i => f i u))); auto.
Qed.

Definition squared_distance l x y (t : R) : R := total l (fun i => Rsqr (x i t - y i t)).
Definition distance l x y (t : R) : R := sqrt (squared_distance l x y t).

Lemma entry_le_distance l x y t i : In i l -> Rabs (x i t - y i t) <= distance l x y t.
Proof.
  intros Hi. rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt.
  apply (term_le_total l (fun j => Rsqr (x j t - y j t))); [intros j; apply Rle_0_sqr | exact Hi].
Qed.

(* Uniqueness under a Lipschitz bound along the two solutions. *)
Theorem unique_if_lipschitz l x y dx dy :
  (forall i t, In i l -> 0 <= t -> is_derive (x i) t (dx i t) /\ is_derive (y i) t (dy i t)) ->
  (forall T, 0 <= T -> exists L, forall i t, In i l -> 0 <= t <= T ->
     Rabs (dx i t - dy i t) <= L * distance l x y t) ->
  (forall i, In i l -> x i 0 = y i 0) ->
  forall i t, In i l -> 0 <= t -> x i t = y i t.
Proof.
  intros D HL H0 i T Hi HT. destruct (HL T HT) as [L Lip].
  set (g := squared_distance l x y).
  assert (Pos : forall t, 0 <= g t).
  { intros t. pose proof (total_le l (fun _ => 0) _ (fun j _ => Rle_0_sqr (x j t - y j t))) as P.
    rewrite total_const, Rmult_0_r in P. exact P. }
  assert (Z : g T <= 0).
  { apply (never_positive g (fun t => total l (fun j => 2 * (x j t - y j t) * (dx j t - dy j t)))
      (INR (length l) * (2 * L)) T HT).
    - apply Rle_trans with (total l (fun _ => 0)); [|rewrite total_const; lra].
      apply total_le. intros j Hj. rewrite (H0 j Hj). unfold Rsqr. lra.
    - intros t Ht. apply (is_derive_total l (fun j t => Rsqr (x j t - y j t))). intros j Hj.
      destruct (D j t Hj (proj1 Ht)) as [Dx Dy]. unfold Rsqr. auto_derive.
      + repeat split; eexists; eassumption.
      + rewrite (is_derive_unique _ _ _ Dx : Derive (fun v => x j v) t = _).
        rewrite (is_derive_unique _ _ _ Dy : Derive (fun v => y j v) t = _). ring.
    - intros t Ht. rewrite <- (sqrt_sqrt (g t) (Pos t)).
      change (sqrt (g t)) with (distance l x y t). set (e := distance l x y t).
      replace (INR (length l) * (2 * L) * (e * e)) with (INR (length l) * (2 * (e * (L * e)))) by ring.
      rewrite <- total_const. apply total_le. intros j Hj.
      pose proof (entry_le_distance l x y t j Hj) as A. pose proof (Lip j t Hj Ht) as B. fold e in A, B.
      pose proof (Rle_abs ((x j t - y j t) * (dx j t - dy j t))) as C. rewrite Rabs_mult in C.
      pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) A B). lra. }
  pose proof (term_le_total l _ i (fun j => Rle_0_sqr (x j T - y j T)) Hi) as E.
  fold (squared_distance l x y T) in E. fold g in E.
  assert (S : x i T - y i T = 0) by (apply Rsqr_0_uniq; pose proof (Rle_0_sqr (x i T - y i T)); lra). lra.
Qed.
End System.

(* On [0, T] f and g are bounded and differ by at most a constant times e. *)
Definition close (T : R) (e f g : R -> R) : Prop := exists c, 0 <= c /\
  forall t, 0 <= t <= T -> Rabs (f t) <= c /\ Rabs (g t) <= c /\ Rabs (f t - g t) <= c * e t.

(* Polynomials of close functions are close. *)
Section Close.
Variables (T : R) (e : R -> R).
Hypothesis He : forall t, 0 <= e t.

Lemma close_const a : close T e (fun _ => a) (fun _ => a).
Proof.
  exists (Rabs a). split; [apply Rabs_pos|]. intros t _. repeat split; try lra.
  rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; [apply Rabs_pos | apply He].
Qed.

Lemma close_plus f g f' g' : close T e f g -> close T e f' g' -> close T e (fun t => f t + f' t) (fun t => g t + g' t).
Proof.
  intros [c [Hc P]] [c' [Hc' P']]. exists (c + c'). split; [lra|]. intros t Ht.
  destruct (P t Ht) as [A [B C]]. destruct (P' t Ht) as [A' [B' C']].
  replace (f t + f' t - (g t + g' t)) with ((f t - g t) + (f' t - g' t)) by ring.
  pose proof (Rabs_triang (f t) (f' t)). pose proof (Rabs_triang (g t) (g' t)).
  pose proof (Rabs_triang (f t - g t) (f' t - g' t)). repeat split; lra.
Qed.

Lemma close_mult f g f' g' : close T e f g -> close T e f' g' -> close T e (fun t => f t * f' t) (fun t => g t * g' t).
Proof.
  intros [c [Hc P]] [c' [Hc' P']]. pose proof (Rmult_le_pos c c' Hc Hc'). exists (2 * (c * c')). split; [lra|].
  intros t Ht. destruct (P t Ht) as [A [B C]]. destruct (P' t Ht) as [A' [B' C']].
  replace (f t * f' t - g t * g' t) with (f t * (f' t - g' t) + (f t - g t) * g' t) by ring.
  pose proof (Rabs_triang (f t * (f' t - g' t)) ((f t - g t) * g' t)) as Q. rewrite !Rabs_mult in *.
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) A A').
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) B B').
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) A C').
  pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) C B').
  replace (2 * (c * c') * e t) with (c * (c' * e t) + c * e t * c') by ring. repeat split; lra.
Qed.

Lemma close_minus f g f' g' : close T e f g -> close T e f' g' -> close T e (fun t => f t - f' t) (fun t => g t - g' t).
Proof.
  intros P P'. apply close_plus; [exact P|]. destruct P' as [c [Hc P']]. exists c. split; [exact Hc|].
  intros t Ht. destruct (P' t Ht) as [A [B C]]. replace (- f' t - - g' t) with (- (f' t - g' t)) by ring.
  rewrite !Rabs_Ropp. auto.
Qed.

Lemma close_sum n (f g : R -> nat -> R) : (forall i, (i < n)%nat -> close T e (fun t => f t i) (fun t => g t i)) ->
  close T e (fun t => sum n (f t)) (fun t => sum n (g t)).
Proof. induction n; simpl; intros H; [apply close_const | apply close_plus; auto]. Qed.

(* Entry (i, j) of a product of matrices. *)
Lemma close_mul n (A B A' B' : R -> nat -> nat -> R) i j :
  (forall l, (l < n)%nat -> close T e (fun t => A t i l) (fun t => A' t i l)) ->
  (forall l, (l < n)%nat -> close T e (fun t => B t l j) (fun t => B' t l j)) ->
  close T e (fun t => mul n (A t) (B t) i j) (fun t => mul n (A' t) (B' t) i j).
Proof. intros HA HB. apply close_sum. intros l Hl. apply close_mult; auto. Qed.
End Close.

(* A differentiable function is bounded on [0, T]. *)
Lemma bounded_abs (f df : R -> R) T : 0 <= T -> (forall t, 0 <= t -> is_derive f t (df t)) ->
  exists c, 0 <= c /\ forall t, 0 <= t <= T -> Rabs (f t) <= c.
Proof.
  intros HT D. destruct (bounded_above (fun t => Rabs (f t)) T HT) as [c Hc]; [|exists c; exact Hc].
  intros t Ht. apply (continuity_pt_comp f Rabs); [|apply Rcontinuity_abs].
  apply derive_continuity. eexists. apply D, Ht.
Qed.

(* Uniqueness for right-hand sides that are close wherever the solutions are. *)
Theorem unique_solution {I : Type} (l : list I) (x y dx dy : I -> R -> R) :
  (forall i t, In i l -> 0 <= t -> is_derive (x i) t (dx i t) /\ is_derive (y i) t (dy i t)) ->
  (forall T e, 0 <= T -> (forall t, 0 <= e t) -> (forall i, In i l -> close T e (x i) (y i)) ->
     forall i, In i l -> close T e (dx i) (dy i)) ->
  (forall i, In i l -> x i 0 = y i 0) ->
  forall i t, In i l -> 0 <= t -> x i t = y i t.
Proof.
  intros D HC H0. apply (unique_if_lipschitz l x y dx dy D); [|exact H0]. intros T HT.
  set (e := distance l x y). assert (He : forall t, 0 <= e t) by (intros t; apply sqrt_pos).
  assert (C : forall i, In i l -> close T e (dx i) (dy i)).
  { apply (HC T e HT He). intros i Hi.
    destruct (bounded_abs (x i) (dx i) T HT) as [c [Hc B]]; [intros t Ht; apply D; assumption|].
    destruct (bounded_abs (y i) (dy i) T HT) as [c' [Hc' B']]; [intros t Ht; apply D; assumption|].
    exists (c + c' + 1). split; [lra|]. intros t Ht. pose proof (B t Ht). pose proof (B' t Ht).
    pose proof (entry_le_distance l x y t i Hi) as E. fold e in E.
    pose proof (Rmult_le_pos (c + c') (e t) ltac:(lra) (He t)). repeat split; lra. }
  clearbody e. clear - C He. induction l as [|i l IH]; [exists 0; intros i t []|].
  destruct (IH (fun j Hj => C j (or_intror Hj))) as [L P].
  destruct (C i (or_introl eq_refl)) as [c [Hc Q]].
  exists (Rmax L c). intros j t [<- | Hj] Ht.
  - apply Rle_trans with (1 := proj2 (proj2 (Q t Ht))), Rmult_le_compat_r; [apply He | apply Rmax_r].
  - apply Rle_trans with (1 := P j t Hj Ht), Rmult_le_compat_r; [apply He | apply Rmax_l].
Qed.

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
     (forall i l, (i < k)%nat -> (l < d)%nat -> close T e (fun t => W t i l) (fun t => W' t i l)) ->
     (forall l j, (l < d)%nat -> (j < N)%nat -> close T e (fun t => H t l j) (fun t => H' t l j)) ->
     forall i j, (i < k)%nat -> (j < N)%nat -> close T e (fun t => G t i j) (fun t => G' t i j)) ->
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
      assert (CW : forall i l, (i < k)%nat -> (l < d)%nat -> close T e (fun t => W t i l) (fun t => W' t i l)).
      { intros i l Hi Hl. apply (C (inl (i, l))), in_places. split; assumption. }
      assert (CH : forall l j, (l < d)%nat -> (j < N)%nat -> close T e (fun t => H t l j) (fun t => H' t l j)).
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
  (forall l, (l < d)%nat -> close T e (fun t => W t i l) (fun t => W' t i l)) ->
  (forall l, (l < d)%nat -> close T e (fun t => H t l j) (fun t => H' t l j)) ->
  close T e (fun t => residual d Z W H t i j) (fun t => residual d Z W' H' t i j).
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
