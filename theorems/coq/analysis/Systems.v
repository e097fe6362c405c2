(* Systems x_i' = F_i(x), i in a finite list: at most one solution from a given start.

   Two solutions that agree at t = 0 agree for all t in [0, T], if the right-hand sides along them differ by at most a
   constant times the distance of the two: Gronwall's inequality for the squared distance.  For a polynomial F the constant
   exists where solutions are bounded, and this is what close keeps track of.

   Hypotheses: both solutions hold on [0, T], agree on the whole list at t = 0.
   Computed by: nothing; used by Uniqueness.v, Existence.v, WellPosed.v.
   Source: this project (Gronwall's inequality is classical). *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Comparison.
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

Lemma total_scal l c f : total l (fun i => c * f i) = c * total l f.
Proof. induction l as [|i l IH]; simpl; [ring|]. rewrite IH. ring. Qed.

Lemma total_ext l f g : (forall i, In i l -> f i = g i) -> total l f = total l g.
Proof. intros H. apply Rle_antisym; apply total_le; intros i Hi; rewrite (H i Hi); lra. Qed.

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

(* Uniqueness on [0, T] under a Lipschitz bound along the two solutions. *)
Theorem unique_if_lipschitz l x y dx dy L T : 0 <= T ->
  (forall i t, In i l -> 0 <= t <= T -> is_derive (x i) t (dx i t) /\ is_derive (y i) t (dy i t)) ->
  (forall i t, In i l -> 0 <= t <= T -> Rabs (dx i t - dy i t) <= L * distance l x y t) ->
  (forall i, In i l -> x i 0 = y i 0) ->
  forall i, In i l -> x i T = y i T.
Proof.
  intros HT D Lip H0 i Hi. set (g := squared_distance l x y).
  assert (Pos : forall t, 0 <= g t).
  { intros t. pose proof (total_le l (fun _ => 0) _ (fun j _ => Rle_0_sqr (x j t - y j t))) as P.
    rewrite total_const, Rmult_0_r in P. exact P. }
  assert (Z : g T <= 0).
  { apply (never_positive g (fun t => total l (fun j => 2 * (x j t - y j t) * (dx j t - dy j t)))
      (INR (length l) * (2 * L)) T HT).
    - apply Rle_trans with (total l (fun _ => 0)); [|rewrite total_const; lra].
      apply total_le. intros j Hj. rewrite (H0 j Hj). unfold Rsqr. lra.
    - intros t Ht. apply (is_derive_total l (fun j t => Rsqr (x j t - y j t))). intros j Hj.
      destruct (D j t Hj Ht) as [Dx Dy]. unfold Rsqr. auto_derive.
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

(* On a set, of times or of states, f and g are bounded and differ by at most a constant times e. *)
Definition close {X : Type} (on : X -> Prop) (e f g : X -> R) : Prop := exists c, 0 <= c /\
  forall t, on t -> Rabs (f t) <= c /\ Rabs (g t) <= c /\ Rabs (f t - g t) <= c * e t.

(* The times from 0 to T. *)
Definition span (T t : R) : Prop := 0 <= t <= T.

(* Polynomials of close functions are close. *)
Section Close.
Context {X : Type}.
Variables (on : X -> Prop) (e : X -> R).
Hypothesis He : forall t, 0 <= e t.

Lemma close_const a : close on e (fun _ => a) (fun _ => a).
Proof.
  exists (Rabs a). split; [apply Rabs_pos|]. intros t _. repeat split; try lra.
  rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; [apply Rabs_pos | apply He].
Qed.

Lemma close_plus f g f' g' : close on e f g -> close on e f' g' -> close on e (fun t => f t + f' t) (fun t => g t + g' t).
Proof.
  intros [c [Hc P]] [c' [Hc' P']]. exists (c + c'). split; [lra|]. intros t Ht.
  destruct (P t Ht) as [A [B C]]. destruct (P' t Ht) as [A' [B' C']].
  replace (f t + f' t - (g t + g' t)) with ((f t - g t) + (f' t - g' t)) by ring.
  pose proof (Rabs_triang (f t) (f' t)). pose proof (Rabs_triang (g t) (g' t)).
  pose proof (Rabs_triang (f t - g t) (f' t - g' t)). repeat split; lra.
Qed.

Lemma close_mult f g f' g' : close on e f g -> close on e f' g' -> close on e (fun t => f t * f' t) (fun t => g t * g' t).
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

Lemma close_minus f g f' g' : close on e f g -> close on e f' g' -> close on e (fun t => f t - f' t) (fun t => g t - g' t).
Proof.
  intros P P'. apply close_plus; [exact P|]. destruct P' as [c [Hc P']]. exists c. split; [exact Hc|].
  intros t Ht. destruct (P' t Ht) as [A [B C]]. replace (- f' t - - g' t) with (- (f' t - g' t)) by ring.
  rewrite !Rabs_Ropp. auto.
Qed.

Lemma close_sum n (f g : X -> nat -> R) : (forall i, (i < n)%nat -> close on e (fun t => f t i) (fun t => g t i)) ->
  close on e (fun t => sum n (f t)) (fun t => sum n (g t)).
Proof. induction n; simpl; intros H; [apply close_const | apply close_plus; auto]. Qed.

(* Entry (i, j) of a product of matrices. *)
Lemma close_mul n (M P M' P' : X -> nat -> nat -> R) i j :
  (forall l, (l < n)%nat -> close on e (fun t => M t i l) (fun t => M' t i l)) ->
  (forall l, (l < n)%nat -> close on e (fun t => P t l j) (fun t => P' t l j)) ->
  close on e (fun t => mul n (M t) (P t) i j) (fun t => mul n (M' t) (P' t) i j).
Proof. intros HA HB. apply close_sum. intros l Hl. apply close_mult; auto. Qed.

(* One constant for a whole list. *)
Lemma close_uniform {I : Type} (l : list I) (f g : I -> X -> R) : (forall i, In i l -> close on e (f i) (g i)) ->
  exists L, 0 <= L /\ forall i t, In i l -> on t -> Rabs (f i t - g i t) <= L * e t.
Proof.
  intros C. induction l as [|i l IH]; [exists 0; split; [lra | intros i t []]|].
  destruct (IH (fun j Hj => C j (or_intror Hj))) as [L [HL P]].
  destruct (C i (or_introl eq_refl)) as [c [Hc Q]].
  exists (Rmax L c). split; [apply Rle_trans with (1 := HL), Rmax_l|]. intros j t [<- | Hj] Ht.
  - apply Rle_trans with (1 := proj2 (proj2 (Q t Ht))), Rmult_le_compat_r; [apply He | apply Rmax_r].
  - apply Rle_trans with (1 := P j t Hj Ht), Rmult_le_compat_r; [apply He | apply Rmax_l].
Qed.
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
  (forall T e, 0 <= T -> (forall t, 0 <= e t) -> (forall i, In i l -> close (span T) e (x i) (y i)) ->
     forall i, In i l -> close (span T) e (dx i) (dy i)) ->
  (forall i, In i l -> x i 0 = y i 0) ->
  forall i t, In i l -> 0 <= t -> x i t = y i t.
Proof.
  intros D HC H0 i T Hi HT.
  assert (Lip : exists L, forall j t, In j l -> 0 <= t <= T -> Rabs (dx j t - dy j t) <= L * distance l x y t).
  2:{ destruct Lip as [L Lip]. apply (unique_if_lipschitz l x y dx dy L T HT); try assumption.
      intros j t Hj Ht. apply D; [exact Hj | lra]. }
  clear i Hi. set (e := distance l x y). assert (He : forall t, 0 <= e t) by (intros t; apply sqrt_pos).
  assert (C : forall i, In i l -> close (span T) e (dx i) (dy i)).
  { apply (HC T e HT He). intros i Hi.
    destruct (bounded_abs (x i) (dx i) T HT) as [c [Hc B]]; [intros t Ht; apply D; assumption|].
    destruct (bounded_abs (y i) (dy i) T HT) as [c' [Hc' B']]; [intros t Ht; apply D; assumption|].
    exists (c + c' + 1). split; [lra|]. intros t Ht. pose proof (B t Ht). pose proof (B' t Ht).
    pose proof (entry_le_distance l x y t i Hi) as E. fold e in E.
    pose proof (Rmult_le_pos (c + c') (e t) ltac:(lra) (He t)). repeat split; lra. }
  destruct (close_uniform _ e He l dx dy C) as [L [_ P]]. exists L. intros j t Hj Ht. apply P; assumption.
Qed.
