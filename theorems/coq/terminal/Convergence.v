(* The three equations of ExactFlow.v converge to interpolation, for any positive weights, from any balanced positive start.

   w^2 does not fall where it is below both targets, as then no logit is above its own; so it stays above nu, the least of
   w(0)^2, Z1, Z2.  The loss m1 (Z1 - w a)^2 + m2 (Z2 - w b)^2 falls at the rate 2 nu min (m1, m2) at least, as a' = m1 w (Z1 - w a)
   alone makes it so.  And balance turns limits of the logits into limits of w, a and b: w^4 = (w a)^2 + (w b)^2.

   Hypotheses: weights and targets positive, w, a, b solve the equations for t >= 0 from a balanced positive start.
   Computed by: ufm_simulation::ReducedFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic Comparison ExactFlow TerminalReals.
Open Scope R_scope.

Section Convergence.
Variables (m1 m2 Z1 Z2 : R) (w a b : R -> R).
Hypothesis flow : solves m1 m2 Z1 Z2 w a b.
Hypotheses (Hm1 : 0 < m1) (Hm2 : 0 < m2) (HZ1 : 0 < Z1) (HZ2 : 0 < Z2).
Hypotheses (w0 : 0 < w 0) (a0 : 0 < a 0) (b0 : 0 < b 0).
Hypothesis balanced0 : Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0).

Definition floor : R := Rmin (Rsqr (w 0)) (Rmin Z1 Z2).

Lemma floor_pos : 0 < floor.
Proof. repeat apply Rmin_glb_lt; try assumption. apply Rlt_0_sqr. lra. Qed.

Lemma positive t : 0 <= t -> 0 < w t /\ 0 < a t /\ 0 < b t /\ Rsqr (w t) = Rsqr (a t) + Rsqr (b t).
Proof.
  intros Ht.
  pose proof (classifier_positive m1 m2 Z1 Z2 w a b flow ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra) w0 balanced0 t Ht) as W.
  destruct (features_positive m1 m2 Z1 Z2 w a b flow ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra) w0 a0 b0 balanced0 t Ht) as [A B].
  repeat split; try assumption. exact (balanced m1 m2 Z1 Z2 w a b flow balanced0 t Ht).
Qed.

Theorem classifier_above_floor t : 0 <= t -> floor <= Rsqr (w t).
Proof.
  intros Ht. apply Rminus_le_0.
  apply (stays_nonneg (fun u => Rsqr (w u) - floor)
    (fun u => 2 * (m1 * ((Z1 - w u * a u) * (w u * a u)) + m2 * ((Z2 - w u * b u) * (w u * b u)))) 0 t Ht); [| | |lra].
  - apply (proj1 (Rminus_le_0 _ _)), Rmin_l.
  - intros u Hu. destruct (flow u ltac:(lra)) as [Dw _]. unfold Rsqr. auto_derive; [repeat split; eexists; exact Dw|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) u = _). ring.
  - intros u Hu N. rewrite Rmult_0_l. destruct (positive u ltac:(lra)) as [W [A [B E]]]. unfold Rsqr in E, N.
    pose proof (Rmin_r (Rsqr (w 0)) (Rmin Z1 Z2)) as F. fold floor in F.
    pose proof (Rmin_l Z1 Z2). pose proof (Rmin_r Z1 Z2).
    assert (AW : a u <= w u) by nra. assert (BW : b u <= w u) by nra.
    assert (0 <= (Z1 - w u * a u) * (w u * a u)) by (apply Rmult_le_pos; nra).
    assert (0 <= (Z2 - w u * b u) * (w u * b u)) by (apply Rmult_le_pos; nra).
    assert (0 <= m1 * ((Z1 - w u * a u) * (w u * a u))) by (apply Rmult_le_pos; lra).
    assert (0 <= m2 * ((Z2 - w u * b u) * (w u * b u))) by (apply Rmult_le_pos; lra). lra.
Qed.

Definition loss (t : R) : R := m1 * Rsqr (Z1 - w t * a t) + m2 * Rsqr (Z2 - w t * b t).
Definition decay : R := 2 * floor * Rmin m1 m2.

Lemma loss_derive t : 0 <= t -> is_derive loss t
  (- 2 * (Rsqr (m1 * (Z1 - w t * a t) * a t + m2 * (Z2 - w t * b t) * b t)
          + Rsqr (m1 * w t * (Z1 - w t * a t)) + Rsqr (m2 * w t * (Z2 - w t * b t)))).
Proof.
  intros Ht. destruct (flow t Ht) as [Dw [Da Db]]. unfold loss, Rsqr. auto_derive.
  - repeat split; eexists; eassumption.
  - rewrite (is_derive_unique _ _ _ Dw : Derive (fun v => w v) t = _).
    rewrite (is_derive_unique _ _ _ Da : Derive (fun v => a v) t = _).
    rewrite (is_derive_unique _ _ _ Db : Derive (fun v => b v) t = _). ring.
Qed.

(* The loss falls exponentially. *)
Theorem loss_decays t : 0 <= t -> loss t <= loss 0 * exp (- decay * t).
Proof.
  intros Ht. set (dL := fun u => - 2 * (Rsqr (m1 * (Z1 - w u * a u) * a u + m2 * (Z2 - w u * b u) * b u)
          + Rsqr (m1 * w u * (Z1 - w u * a u)) + Rsqr (m2 * w u * (Z2 - w u * b u)))).
  assert (L : - (loss 0 * exp (decay * 0)) <= - (loss t * exp (decay * t))).
  { apply (nondecreasing (fun u => - (loss u * exp (decay * u))) (fun u => - (dL u + decay * loss u) * exp (decay * u)) t Ht).
    - intros u Hu. pose proof (loss_derive u ltac:(lra)) as D. fold (dL u) in D. auto_derive; [eexists; exact D|].
      rewrite (is_derive_unique _ _ _ D : Derive (fun v => loss v) u = _). ring.
    - intros u Hu. apply Rmult_le_pos; [|left; apply exp_pos].
      pose proof (classifier_above_floor u ltac:(lra)) as F. pose proof floor_pos as FP.
      pose proof (Rmin_l m1 m2) as M1. pose proof (Rmin_r m1 m2) as M2.
      assert (MP : 0 < Rmin m1 m2) by (apply Rmin_glb_lt; assumption).
      unfold dL, loss, decay. set (mu := Rmin m1 m2) in *. clearbody mu.
      set (x := Z1 - w u * a u). set (y := Z2 - w u * b u).
      pose proof (Rle_0_sqr (m1 * x * a u + m2 * y * b u)) as S.
      rewrite !Rsqr_mult. pose proof (Rle_0_sqr x) as X. pose proof (Rle_0_sqr y) as Y.
      set (W := Rsqr (w u)) in *. clearbody W. set (X2 := Rsqr x) in *. set (Y2 := Rsqr y) in *. clearbody X2 Y2.
      assert (G : forall m z, mu <= m -> 0 <= z -> floor * mu * (m * z) <= Rsqr m * W * z).
      { intros m z Hm Hz. replace (Rsqr m * W * z) with (W * m * (m * z)) by (unfold Rsqr; ring).
        apply Rmult_le_compat_r; [apply Rmult_le_pos; lra|]. apply Rmult_le_compat; lra. }
      pose proof (G m1 X2 M1 X). pose proof (G m2 Y2 M2 Y). lra. }
  rewrite Rmult_0_r, exp_0, Rmult_1_r in L. replace (- decay * t) with (- (decay * t)) by ring. rewrite exp_Ropp.
  pose proof (exp_pos (decay * t)). apply Rle_div_r; [assumption | lra].
Qed.

Lemma decay_pos : 0 < decay.
Proof. pose proof floor_pos. unfold decay. repeat apply Rmult_lt_0_compat; try lra. apply Rmin_glb_lt; assumption. Qed.

Lemma loss_vanishes : is_lim (fun t => loss 0 * exp (- decay * t)) p_infty 0.
Proof.
  replace (Finite 0) with (Rbar_mult (loss 0) 0) by (simpl; f_equal; ring).
  apply is_lim_scal_l, lim_exp_neg. pose proof decay_pos. lra.
Qed.

(* A residual whose weighted square is at most the loss vanishes. *)
Lemma residual_vanishes (m : R) (x : R -> R) : 0 < m -> (forall t, 0 <= t -> m * Rsqr (x t) <= loss t) -> is_lim x p_infty 0.
Proof.
  intros Hm B.
  assert (S : is_lim (fun t => Rsqr (x t)) p_infty 0).
  { apply (is_lim_le_le_loc (fun _ => 0) (fun t => / m * (loss 0 * exp (- decay * t)))).
    - exists 0. intros t Ht. split; [apply Rle_0_sqr|]. apply (Rmult_le_reg_l m); [exact Hm|].
      rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
      apply Rle_trans with (1 := B t ltac:(lra)), loss_decays. lra.
    - apply is_lim_const.
    - replace (Finite 0) with (Rbar_mult (/ m) 0) by (simpl; f_equal; ring). apply is_lim_scal_l, loss_vanishes. }
  apply is_lim_spec in S. apply is_lim_spec. intros eps.
  destruct (S (mkposreal _ (Rmult_lt_0_compat _ _ (cond_pos eps) (cond_pos eps)))) as [T HT]. exists T. intros t Ht.
  pose proof (HT t Ht) as A. simpl in A. rewrite Rminus_0_r in *. rewrite Rabs_right in A by (apply Rle_ge, Rle_0_sqr).
  rewrite <- (Rabs_right eps) by (apply Rle_ge, Rlt_le, cond_pos). apply Rsqr_lt_abs_0. exact A.
Qed.

(* Both logits reach their targets. *)
Theorem logits_converge : is_lim (fun t => w t * a t) p_infty Z1 /\ is_lim (fun t => w t * b t) p_infty Z2.
Proof.
  assert (R1 : is_lim (fun t => Z1 - w t * a t) p_infty 0).
  { apply (residual_vanishes m1); [exact Hm1|]. intros t _. unfold loss.
    pose proof (Rle_0_sqr (Z2 - w t * b t)). assert (0 <= m2 * Rsqr (Z2 - w t * b t)) by (apply Rmult_le_pos; lra). lra. }
  assert (R2 : is_lim (fun t => Z2 - w t * b t) p_infty 0).
  { apply (residual_vanishes m2); [exact Hm2|]. intros t _. unfold loss.
    pose proof (Rle_0_sqr (Z1 - w t * a t)). assert (0 <= m1 * Rsqr (Z1 - w t * a t)) by (apply Rmult_le_pos; lra). lra. }
  split.
  - apply (is_lim_ext (fun t => Z1 - (Z1 - w t * a t))); [intros; ring|].
    replace (Finite Z1) with (Finite (Z1 - 0)) by (f_equal; ring). apply is_lim_minus'; [apply is_lim_const | exact R1].
  - apply (is_lim_ext (fun t => Z2 - (Z2 - w t * b t))); [intros; ring|].
    replace (Finite Z2) with (Finite (Z2 - 0)) by (f_equal; ring). apply is_lim_minus'; [apply is_lim_const | exact R2].
Qed.

Lemma lim_sqrt (f : R -> R) l : 0 <= l -> is_lim f p_infty l -> is_lim (fun t => sqrt (f t)) p_infty (sqrt l).
Proof.
  intros Hl Hf. apply (is_lim_comp_continuous f sqrt p_infty l Hf).
  apply continuity_pt_filterlim, continuity_pt_sqrt, Hl.
Qed.

(* So the classifier and the features converge, to the same limits whatever the weights. *)
Theorem reduced_converges sigma : 0 < sigma -> sigma * sigma = Rsqr Z1 + Rsqr Z2 ->
  is_lim w p_infty (sqrt sigma) /\ is_lim a p_infty (Z1 / sqrt sigma) /\ is_lim b p_infty (Z2 / sqrt sigma).
Proof.
  intros Hs E. destruct logits_converge as [L1 L2]. pose proof (sqrt_lt_R0 sigma Hs) as Q.
  assert (W : is_lim w p_infty (sqrt sigma)).
  { apply (is_lim_ext_loc (fun t => sqrt (sqrt ((w t * a t) * (w t * a t) + (w t * b t) * (w t * b t))))).
    - exists 0. intros t Ht. destruct (positive t ltac:(lra)) as [P [_ [_ B]]]. unfold Rsqr in B.
      replace (w t * a t * (w t * a t) + w t * b t * (w t * b t)) with (w t * w t * (w t * w t)).
      + rewrite !sqrt_square; [reflexivity | lra | apply Rmult_le_pos; lra].
      + transitivity (w t * w t * (a t * a t + b t * b t)); [rewrite <- B; reflexivity | ring].
    - apply lim_sqrt; [lra|].
      replace sigma with (sqrt (Z1 * Z1 + Z2 * Z2)) by (unfold Rsqr in E; rewrite <- E; apply sqrt_square; lra).
      apply lim_sqrt; [pose proof (Rle_0_sqr Z1); pose proof (Rle_0_sqr Z2); unfold Rsqr in *; lra|].
      apply is_lim_plus'; apply lim_prod; assumption. }
  assert (F : forall f Z, is_lim (fun t => w t * f t) p_infty (Finite Z) -> is_lim f p_infty (Z / sqrt sigma)).
  { intros f Z L. apply (is_lim_ext_loc (fun t => w t * f t / w t)).
    - exists 0. intros t Ht. destruct (positive t ltac:(lra)) as [P _]. field. lra.
    - apply (is_lim_div (fun t => w t * f t) w p_infty Z (sqrt sigma) L W); [injection; lra | exact I]. }
  split; [exact W|]. split; apply F; assumption.
Qed.
End Convergence.

(* The same from any time t0 on: the equations do not depend on time. *)
Theorem loss_decays_from m1 m2 Z1 Z2 w a b t0 t : solves m1 m2 Z1 Z2 w a b -> 0 < m1 -> 0 < m2 -> 0 < Z1 -> 0 < Z2 ->
  0 < w 0 -> 0 < a 0 -> 0 < b 0 -> Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0) -> 0 <= t0 -> t0 <= t ->
  loss m1 m2 Z1 Z2 w a b t
  <= loss m1 m2 Z1 Z2 w a b t0 * exp (- (2 * Rmin (Rsqr (w t0)) (Rmin Z1 Z2) * Rmin m1 m2) * (t - t0)).
Proof.
  intros F Hm1 Hm2 HZ1 HZ2 w0 a0 b0 B0 Ht0 Ht.
  destruct (positive m1 m2 Z1 Z2 w a b F Hm1 Hm2 HZ1 HZ2 w0 a0 b0 B0 t0 Ht0) as [W [A [B E]]].
  assert (S : forall f : R -> R, (fun u => f (t0 + u)) 0 = f t0) by (intros f; simpl; rewrite Rplus_0_r; reflexivity).
  pose proof (loss_decays m1 m2 Z1 Z2 (fun u => w (t0 + u)) (fun u => a (t0 + u)) (fun u => b (t0 + u))) as L.
  unfold decay, floor, loss in *. rewrite Rplus_0_r in L. replace t with (t0 + (t - t0)) at 1 2 3 4 by ring.
  apply L; try assumption; [|lra].
  intros u Hu. destruct (F (t0 + u) ltac:(lra)) as [Dw [Da Db]].
  assert (SH : forall (f : R -> R) df, is_derive f (t0 + u) df -> is_derive (fun u => f (t0 + u)) u df).
  { intros f df D. rewrite <- (Rmult_1_l df). apply (is_derive_comp f (fun u => t0 + u)); [exact D|]. auto_derive; [exact I | ring]. }
  split; [|split]; apply SH; assumption.
Qed.
