(* The contrast of majority against minority under the exact reweighted flow, reduced to three numbers.

   w is the classifier, a and b the feature values of the majority and the minority samples times the
   root of their numbers; m1, m2 are the weights of the two groups and Z1, Z2 their targets:
     w' = m1 (Z1 - w a) a + m2 (Z2 - w b) b,   a' = m1 w (Z1 - w a),   b' = m2 w (Z2 - w b).
   For any weights: w^2 - a^2 - b^2 is conserved, and what starts balanced and positive stays so.

   Hypotheses: w, a, b solve the equations for all t >= 0; nothing else is assumed about them.
   Computed by: ufm_simulation::ReducedFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Comparison.
Open Scope R_scope.

Definition solves (m1 m2 Z1 Z2 : R) (w a b : R -> R) : Prop := forall t, 0 <= t ->
  is_derive w t (m1 * (Z1 - w t * a t) * a t + m2 * (Z2 - w t * b t) * b t) /\
  is_derive a t (m1 * w t * (Z1 - w t * a t)) /\
  is_derive b t (m2 * w t * (Z2 - w t * b t)).

(* The start: balanced, positive, and both logits at the fraction e of their targets. *)
Definition starts (e Z1 Z2 : R) (w a b : R -> R) : Prop :=
  0 < w 0 /\ 0 < a 0 /\ 0 < b 0 /\ Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0) /\
  w 0 * a 0 = e * Z1 /\ w 0 * b 0 = e * Z2.

(* The amplitude of the contrast mode over its singular value: the mean of the two logits over their
   targets, weighted by the squares of the targets. *)
Definition contrast (Z1 Z2 : R) (w a b : R -> R) (t : R) : R :=
  (Z1 * (w t * a t) + Z2 * (w t * b t)) / (Rsqr Z1 + Rsqr Z2).

Section Weights.
Variables (m1 m2 Z1 Z2 : R) (w a b : R -> R).
Hypothesis flow : solves m1 m2 Z1 Z2 w a b.

(* Conserved for any weights, from any start. *)
Theorem imbalance_conserved t : 0 <= t ->
  Rsqr (w t) - Rsqr (a t) - Rsqr (b t) = Rsqr (w 0) - Rsqr (a 0) - Rsqr (b 0).
Proof.
  intros Ht. set (g := fun u => Rsqr (w u) - Rsqr (a u) - Rsqr (b u)).
  assert (D : forall u, 0 <= u <= t -> is_derive g u 0).
  { intros u Hu. destruct (flow u ltac:(lra)) as [Dw [Da Db]]. unfold g, Rsqr. auto_derive.
    - repeat split; eexists; eassumption.
    - rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) u = _).
      rewrite (is_derive_unique _ _ _ Da : Derive (fun v => a v) u = _).
      rewrite (is_derive_unique _ _ _ Db : Derive (fun v => b v) u = _). ring. }
  change (g t = g 0). apply Rle_antisym.
  - assert (- g 0 <= - g t); [|lra].
    apply (nondecreasing (fun u => - g u) (fun _ => 0) t Ht); [|intros; lra].
    intros u Hu. pose proof (D u Hu) as Du. auto_derive; [eexists; exact Du|].
    rewrite (is_derive_unique _ _ _ Du : Derive (fun v => g v) u = _). ring.
  - apply (nondecreasing g (fun _ => 0) t Ht D). intros; lra.
Qed.

Hypotheses (Hm1 : 0 <= m1) (Hm2 : 0 <= m2) (HZ1 : 0 <= Z1) (HZ2 : 0 <= Z2).
Hypotheses (w0 : 0 < w 0) (a0 : 0 < a 0) (b0 : 0 < b 0).
Hypothesis balanced0 : Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0).

Lemma balanced t : 0 <= t -> Rsqr (w t) = Rsqr (a t) + Rsqr (b t).
Proof. intros Ht. pose proof (imbalance_conserved t Ht). lra. Qed.

Lemma square_continuity t : 0 <= t -> continuity_pt (fun u => Rsqr (w u)) t.
Proof.
  intros Ht. destruct (flow t Ht) as [Dw _].
  apply derive_continuity. unfold Rsqr. auto_derive. repeat split; eexists; exact Dw.
Qed.

(* A term (Z - w a) w a of the growth of w^2 is not far below zero, as a^2 <= w^2. *)
Lemma growth_term Z x y : 0 <= Z -> Rsqr y <= Rsqr x -> - (Z + Rsqr x) * Rsqr x <= (Z - x * y) * (x * y).
Proof.
  unfold Rsqr. intros HZ Hy. assert (A : - (x * x) <= x * y <= x * x) by (split; nra).
  assert (0 <= Z * (x * x + x * y)) by (apply Rmult_le_pos; lra).
  assert ((x * y) * (x * y) <= (x * x) * (x * x)) by nra. nra.
Qed.

Lemma square_positive t : 0 <= t -> 0 < Rsqr (w t).
Proof.
  intros Ht. destruct (bounded_above (fun u => Rsqr (w u)) t Ht) as [K [HK Hb]].
  { intros u Hu. apply square_continuity. lra. }
  apply (stays_pos (fun u => Rsqr (w u))
    (fun u => 2 * w u * (m1 * (Z1 - w u * a u) * a u + m2 * (Z2 - w u * b u) * b u))
    (2 * (m1 * (Z1 + K) + m2 * (Z2 + K))) t Ht); [apply Rlt_0_sqr; lra| | |lra].
  - intros u Hu. destruct (flow u ltac:(lra)) as [Dw _]. unfold Rsqr. auto_derive; [repeat split; eexists; exact Dw|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) u = _). ring.
  - intros u Hu. pose proof (Hb u Hu) as Hk. pose proof (balanced u ltac:(lra)) as E.
    pose proof (Rle_0_sqr (a u)) as Sa. pose proof (Rle_0_sqr (b u)) as Sb. pose proof (Rle_0_sqr (w u)) as Sw.
    pose proof (growth_term Z1 (w u) (a u) HZ1 ltac:(lra)) as G1.
    pose proof (growth_term Z2 (w u) (b u) HZ2 ltac:(lra)) as G2. simpl in Hk.
    set (W := Rsqr (w u)) in *.
    assert (B1 : - (Z1 + K) * W <= (Z1 - w u * a u) * (w u * a u)) by nra.
    assert (B2 : - (Z2 + K) * W <= (Z2 - w u * b u) * (w u * b u)) by nra.
    apply (Rmult_le_compat_l m1) in B1; [|exact Hm1]. apply (Rmult_le_compat_l m2) in B2; [|exact Hm2].
    lra.
Qed.

(* The classifier stays positive. *)
Theorem classifier_positive t : 0 <= t -> 0 < w t.
Proof.
  intros Ht. destruct (Rlt_or_le 0 (w t)) as [|N]; [assumption|exfalso].
  destruct (first_time (fun u => - w u) 0 t Ht) as [u [Hu [E _]]]; [lra|lra| |].
  - intros u Hu. destruct (flow u ltac:(lra)) as [Dw _].
    apply derive_continuity. auto_derive. eexists; exact Dw.
  - pose proof (square_positive u ltac:(lra)) as P. replace (w u) with 0 in P by lra.
    unfold Rsqr in P. lra.
Qed.

(* And so does a feature: where negative it does not fall. *)
Lemma feature_positive (m Z : R) (f : R -> R) : 0 <= m -> 0 <= Z -> 0 < f 0 ->
  (forall t, 0 <= t -> is_derive f t (m * w t * (Z - w t * f t))) -> forall t, 0 <= t -> 0 < f t.
Proof.
  intros Hm HZ f0 D t Ht.
  assert (N : forall u, 0 <= u <= t -> 0 <= f u).
  { apply (stays_nonneg f (fun u => m * w u * (Z - w u * f u)) 0 t Ht); [lra| |].
    - intros u Hu. apply D. lra.
    - intros u Hu Hf. pose proof (classifier_positive u ltac:(lra)) as Hw. rewrite Rmult_0_l.
      apply Rmult_le_pos; [apply Rmult_le_pos; lra|]. nra. }
  destruct (bounded_above (fun u => Rsqr (w u)) t Ht) as [K [HK Hb]].
  { intros u Hu. apply square_continuity. lra. }
  apply (stays_pos f (fun u => m * w u * (Z - w u * f u)) (m * K) t Ht f0); [| |lra].
  - intros u Hu. apply D. lra.
  - intros u Hu. pose proof (Hb u Hu) as Hk. simpl in Hk. pose proof (N u Hu) as Hf.
    pose proof (classifier_positive u ltac:(lra)) as Hw.
    assert (0 <= m * w u * Z) by (repeat apply Rmult_le_pos; lra).
    assert (0 <= m * f u * (K - Rsqr (w u))) by (apply Rmult_le_pos; [apply Rmult_le_pos|]; lra).
    unfold Rsqr in *. nra.
Qed.

Theorem features_positive t : 0 <= t -> 0 < a t /\ 0 < b t.
Proof.
  intros Ht. split.
  - apply (feature_positive m1 Z1 a); try assumption. intros u Hu. apply (flow u Hu).
  - apply (feature_positive m2 Z2 b); try assumption. intros u Hu. apply (flow u Hu).
Qed.
End Weights.
