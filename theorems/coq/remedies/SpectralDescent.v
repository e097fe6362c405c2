(* Spectral descent, steps along polar factors, from a spectral start: every mode grows at speed one, the smallest is learned first.

   A polar factor of A = X diag(d) Y^T (orthonormal columns, d >= 0) is X diag(d > 0) Y^T.  Spectral descent of the squared loss without
   weights moves W along a polar factor of (Z - W H) H^T and H along one of W^T (Z - W H), as long as no mode is just being learned, which
   happens at finitely many times.  With Z = U diag(sigma) V^T, W(0) = U diag(w0) Q^T, H(0) = Q diag(w0) V^T it is solved by
        W = U diag(w) Q^T,   H = Q diag(w) V^T,       w_a(t) = min (w0_a + t) (sqrt sigma_a).

   Hypotheses: sigma_a > 0; for half times 0 <= w0_a < sqrt (sigma_a / 2).
   Computed by: ufm_theory::remedies::spectral_descent, ufm_simulation::remedies.
   Source: this project; the method on imbalanced data: arXiv:2510.22980. *)
From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums StepModes ExactWindow StepWindow WindowBound Window.
Open Scope R_scope.

Definition polar_factor (n m : nat) (A P : nat -> nat -> R) : Prop :=
  exists (r : nat) (X Y : nat -> nat -> R) (d : nat -> R),
    orthonormal n r X /\ orthonormal m r Y /\ (forall a, (a < r)%nat -> 0 <= d a) /\
    (forall i j, (i < n)%nat -> (j < m)%nat -> A i j = sum r (fun a => X i a * d a * Y j a)) /\
    (forall i j, (i < n)%nat -> (j < m)%nat -> P i j = sum r (fun a => X i a * (if Rlt_dec 0 (d a) then 1 else 0) * Y j a)).

(* The amplitude of W and of H, and that of the logits. *)
Definition layer (sigma w0 t : R) : R := Rmin (w0 + t) (sqrt sigma).
Definition spectral_amplitude (sigma w0 t : R) : R := layer sigma w0 t * layer sigma w0 t.
Definition spectral_half (sigma w0 : R) : R := sqrt (sigma / 2) - w0.

Lemma layer_derive sigma w0 t : w0 + t <> sqrt sigma ->
  is_derive (layer sigma w0) t (if Rlt_dec (w0 + t) (sqrt sigma) then 1 else 0).
Proof.
  intros Hn. destruct (Rlt_dec (w0 + t) (sqrt sigma)) as [L|L].
  - apply (is_derive_ext_loc (fun u => w0 + u)).
    + exists (mkposreal (sqrt sigma - (w0 + t)) ltac:(lra)). intros u Hu. unfold ball in Hu; simpl in Hu.
      unfold AbsRing_ball, abs, minus, plus, opp in Hu; simpl in Hu. apply Rabs_def2 in Hu. unfold layer. rewrite Rmin_left; lra.
    + auto_derive; [exact I | ring].
  - apply (is_derive_ext_loc (fun _ => sqrt sigma)).
    + exists (mkposreal (w0 + t - sqrt sigma) ltac:(lra)). intros u Hu. unfold ball in Hu; simpl in Hu.
      unfold AbsRing_ball, abs, minus, plus, opp in Hu; simpl in Hu. apply Rabs_def2 in Hu. unfold layer. rewrite Rmin_right; lra.
    + auto_derive; [exact I | reflexivity].
Qed.

Section Descent.
Variables (k d N r : nat) (U V Q : nat -> nat -> R) (sigma w0 : nat -> R).
Hypotheses (HU : orthonormal k r U) (HV : orthonormal N r V) (HQ : orthonormal d r Q).
Hypotheses (Hsigma : forall a, (a < r)%nat -> 0 < sigma a) (Hw0 : forall a, (a < r)%nat -> 0 < w0 a).

Definition descent_W (t : R) (i l : nat) : R := sum r (fun a => U i a * layer (sigma a) (w0 a) t * Q l a).
Definition descent_H (t : R) (l j : nat) : R := sum r (fun a => Q l a * layer (sigma a) (w0 a) t * V j a).
Definition descent_Z (i j : nat) : R := sum r (fun a => U i a * sigma a * V j a).
Definition left_over (t : R) (i j : nat) : R := descent_Z i j - mul d (descent_W t) (descent_H t) i j.

Lemma left_over_modes t i j : left_over t i j
  = sum r (fun a => U i a * (sigma a - spectral_amplitude (sigma a) (w0 a) t) * V j a).
Proof.
  unfold left_over, descent_Z, mul, descent_W, descent_H.
  rewrite (sum_ext d _ (fun l => sum r (fun a => U i a * layer (sigma a) (w0 a) t * Q l a)
                                 * sum r (fun b => layer (sigma b) (w0 b) t * V j b * Q l b))).
  2:{ intros l _. f_equal. apply sum_ext. intros; ring. }
  rewrite (contract d r Q _ _ HQ).
  rewrite (sum_ext r (fun a => U i a * (sigma a - spectral_amplitude (sigma a) (w0 a) t) * V j a)
    (fun a => U i a * sigma a * V j a + (-1) * (U i a * layer (sigma a) (w0 a) t * (layer (sigma a) (w0 a) t * V j a)))).
  2:{ intros a _. unfold spectral_amplitude. ring. }
  rewrite sum_add, sum_scal. ring.
Qed.

(* How far mode a is from its target, times its amplitude: the singular value of both gradients. *)
Definition pull (t : R) (a : nat) : R :=
  (sigma a - spectral_amplitude (sigma a) (w0 a) t) * layer (sigma a) (w0 a) t.

Lemma pull_sign t a : 0 <= t -> (a < r)%nat -> 0 <= pull t a /\ (0 < pull t a <-> w0 a + t < sqrt (sigma a)).
Proof.
  intros Ht Ha. pose proof (Hsigma a Ha) as S0. pose proof (Hw0 a Ha). pose proof (sqrt_lt_R0 _ S0).
  pose proof (sqrt_sqrt (sigma a) ltac:(lra)) as E. unfold pull, spectral_amplitude, layer.
  set (c := sqrt (sigma a)) in *. rewrite <- E. destruct (Rlt_or_le (w0 a + t) c) as [L|L].
  - rewrite Rmin_left by lra. assert (0 < (c * c - (w0 a + t) * (w0 a + t)) * (w0 a + t)).
    { apply Rmult_lt_0_compat; [nra | lra]. }
    split; [lra | tauto].
  - rewrite Rmin_right by lra. split; [nra|]. split; intros; nra.
Qed.

Lemma gradient_W t i l : mul N (left_over t) (tr (descent_H t)) i l = sum r (fun a => U i a * pull t a * Q l a).
Proof.
  unfold mul, tr, descent_H.
  rewrite (sum_ext N _ (fun j => sum r (fun a => U i a * (sigma a - spectral_amplitude (sigma a) (w0 a) t) * V j a)
                                 * sum r (fun b => Q l b * layer (sigma b) (w0 b) t * V j b))).
  2:{ intros j _. rewrite left_over_modes. reflexivity. }
  rewrite (contract N r V _ _ HV). apply sum_ext. intros a _. unfold pull. ring.
Qed.

Lemma gradient_H t l j : mul k (tr (descent_W t)) (left_over t) l j = sum r (fun a => Q l a * pull t a * V j a).
Proof.
  unfold mul, tr, descent_W.
  rewrite (sum_ext k _ (fun i => sum r (fun b => layer (sigma b) (w0 b) t * Q l b * U i b)
    * sum r (fun a => (sigma a - spectral_amplitude (sigma a) (w0 a) t) * V j a * U i a))).
  2:{ intros i _. rewrite left_over_modes. f_equal; apply sum_ext; intros; ring. }
  rewrite (contract k r U _ _ HU). apply sum_ext. intros a _. unfold pull. ring.
Qed.

Lemma velocity t a : 0 <= t -> (a < r)%nat -> w0 a + t <> sqrt (sigma a) ->
  is_derive (layer (sigma a) (w0 a)) t (if Rlt_dec 0 (pull t a) then 1 else 0).
Proof.
  intros Ht Ha Hn. pose proof (layer_derive (sigma a) (w0 a) t Hn) as D. destruct (pull_sign t a Ht Ha) as [_ S].
  destruct (Rlt_dec (w0 a + t) (sqrt (sigma a))), (Rlt_dec 0 (pull t a)); tauto.
Qed.

(* The modes follow spectral descent, at all times at which none is just being learned. *)
Theorem modes_follow_spectral_descent t : 0 <= t -> (forall a, (a < r)%nat -> w0 a + t <> sqrt (sigma a)) ->
  exists P P', polar_factor k d (mul N (left_over t) (tr (descent_H t))) P /\
    polar_factor d N (mul k (tr (descent_W t)) (left_over t)) P' /\
    (forall i l, (i < k)%nat -> (l < d)%nat -> is_derive (fun u => descent_W u i l) t (P i l)) /\
    (forall l j, (l < d)%nat -> (j < N)%nat -> is_derive (fun u => descent_H u l j) t (P' l j)).
Proof.
  intros Ht Hn.
  exists (fun i l => sum r (fun a => U i a * (if Rlt_dec 0 (pull t a) then 1 else 0) * Q l a)).
  exists (fun l j => sum r (fun a => Q l a * (if Rlt_dec 0 (pull t a) then 1 else 0) * V j a)).
  split; [|split; [|split]].
  - exists r, U, Q, (pull t). repeat split; try assumption.
    + intros a Ha. apply (pull_sign t a Ht Ha).
    + intros i l _ _. apply gradient_W.
  - exists r, Q, V, (pull t). repeat split; try assumption.
    + intros a Ha. apply (pull_sign t a Ht Ha).
    + intros l j _ _. apply gradient_H.
  - intros i l _ _. apply (is_derive_sum r (fun a u => U i a * layer (sigma a) (w0 a) u * Q l a)). intros a Ha.
    pose proof (velocity t a Ht Ha (Hn a Ha)) as D. auto_derive; [eexists; exact D|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun x => layer (sigma a) (w0 a) x) t = _). destruct (Rlt_dec 0 (pull t a)); ring.
  - intros l j _ _. apply (is_derive_sum r (fun a u => Q l a * layer (sigma a) (w0 a) u * V j a)). intros a Ha.
    pose proof (velocity t a Ht Ha (Hn a Ha)) as D. auto_derive; [eexists; exact D|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun x => layer (sigma a) (w0 a) x) t = _). destruct (Rlt_dec 0 (pull t a)); ring.
Qed.
End Descent.

(* Half of a mode is learned at one time, sqrt (sigma / 2) - w0. *)
Theorem spectral_half_time sigma w0 : 0 < sigma -> 0 <= w0 < sqrt (sigma / 2) ->
  first_half (fun t => spectral_amplitude sigma w0 t / sigma) (spectral_half sigma w0).
Proof.
  intros Hs [H0 H1]. unfold spectral_half.
  pose proof (sqrt_sqrt (sigma / 2) ltac:(lra)) as E. assert (L : sqrt (sigma / 2) < sqrt sigma) by (apply sqrt_lt_1; lra).
  set (h := sqrt (sigma / 2)) in *.
  split; [lra|]. unfold spectral_amplitude, layer. split.
  - replace (w0 + (h - w0)) with h by ring. rewrite Rmin_left by lra. rewrite E. field. lra.
  - intros t Ht. rewrite Rmin_left by lra. apply Rlt_div_l; [lra|].
    apply Rlt_le_trans with (h * h); [nra | rewrite E; lra].
Qed.

(* Of two modes the one with the smaller singular value is first, whatever the start they share. *)
Theorem smaller_first sigma sigma' w0 : 0 < sigma < sigma' -> spectral_half sigma w0 < spectral_half sigma' w0.
Proof. intros H. unfold spectral_half. assert (sqrt (sigma / 2) < sqrt (sigma' / 2)) by (apply sqrt_lt_1; lra). lra. Qed.

(* From the scaled start, w0 = sqrt sigma e^(-delta), half times are in the ratio of the roots of the singular values. *)
Theorem spectral_ratio_scaled sigma sigma' delta : 0 < sigma -> 0 < sigma' -> ln 2 / 2 < delta ->
  spectral_half sigma' (sqrt sigma' * exp (- delta)) / spectral_half sigma (sqrt sigma * exp (- delta)) = sqrt (sigma' / sigma).
Proof.
  intros Hs Hs' Hd. unfold spectral_half.
  assert (R2 : forall x, 0 < x -> sqrt (x / 2) = sqrt x * sqrt (/ 2)) by (intros x Hx; unfold Rdiv; apply sqrt_mult; lra).
  rewrite !R2 by assumption. rewrite sqrt_div by lra.
  pose proof (sqrt_lt_R0 _ Hs). pose proof (sqrt_lt_R0 _ Hs').
  assert (E : exp (- delta) < sqrt (/ 2)).
  { rewrite <- (sqrt_Rsqr (exp (- delta))) by (left; apply exp_pos). apply sqrt_lt_1; [apply Rle_0_sqr | lra |].
    unfold Rsqr. rewrite <- exp_plus. rewrite <- (exp_ln (/ 2)) by lra. apply exp_increasing. rewrite ln_Rinv by lra. lra. }
  field. split; [lra|]. intros Z.
  assert (0 < sqrt sigma * (sqrt (/ 2) - exp (- delta))) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(* From any start that vanishes with delta, in the limit. *)
Theorem spectral_ratio_limit sigma sigma' : 0 < sigma -> 0 < sigma' ->
  is_lim (fun delta => spectral_half sigma' (exp (- delta)) / spectral_half sigma (exp (- delta))) p_infty (sqrt (sigma' / sigma)).
Proof.
  intros Hs Hs'. unfold spectral_half.
  assert (P : forall x, 0 < x -> 0 < sqrt (x / 2)) by (intros; apply sqrt_lt_R0; lra).
  assert (L : forall x, 0 < x -> is_lim (fun delta => sqrt (x / 2) - exp (- delta)) p_infty (sqrt (x / 2))).
  { intros x Hx. replace (Finite (sqrt (x / 2))) with (Finite (sqrt (x / 2) - 0)) by (f_equal; ring).
    apply is_lim_minus'; [apply is_lim_const|].
    apply (is_lim_comp exp (fun delta => - delta) p_infty (Finite 0) m_infty).
    - apply is_lim_exp_m.
    - apply (is_lim_opp (fun x => x) p_infty p_infty). apply is_lim_id.
    - exists 0. intros; discriminate. }
  replace (sqrt (sigma' / sigma)) with (sqrt (sigma' / 2) / sqrt (sigma / 2)).
  - pose proof (P _ Hs) as H0.
    apply (is_lim_div _ _ p_infty (Finite (sqrt (sigma' / 2))) (Finite (sqrt (sigma / 2))) (L _ Hs') (L _ Hs)); [|exact I].
    intros E. injection E. lra.
  - rewrite <- sqrt_div by lra. f_equal. field. lra.
Qed.

(* The relative window of a STEP problem with two classes or more in each group: the fourth root of the imbalance ratio less one. *)
Section Step.
Variables (p q : nat) (m_maj m_min : R).
Hypotheses (Hp : (2 <= p)%nat) (Hq : (2 <= q)%nat) (Hm : 0 < m_min <= m_maj).
Notation sigma := (step_sigma p q m_maj m_min).

Lemma step_sigma_range c : sqrt m_min <= sigma c <= sqrt m_maj.
Proof.
  assert (S : m_min <= step_square p q m_maj m_min c <= m_maj).
  { destruct c as [|c]; simpl; [|destruct (majority p (S c)); lra].
    pose proof (lt_0_INR p ltac:(lia)). pose proof (lt_0_INR q ltac:(lia)). rewrite plus_INR.
    split; [apply Rle_div_r | apply Rle_div_l]; nra. }
  unfold step_sigma. split; apply sqrt_le_1; lra.
Qed.

Lemma spectral_times_of (T : nat -> R) : (forall a c, T a / T c = sqrt (sigma a / sigma c)) ->
  is_relative_window (p + q - 1) T (sqrt (sqrt (m_maj / m_min)) - 1).
Proof.
  intros E. assert (Hn : 0 < m_min) by lra. pose proof (sqrt_lt_R0 _ Hn) as S0.
  assert (S1 : sqrt (m_maj / m_min) = sqrt m_maj / sqrt m_min) by (apply sqrt_div; lra).
  split.
  - intros a c _ _. rewrite E. destruct (step_sigma_range a) as [A0 A]. pose proof (sqrt_pos m_min). destruct (step_sigma_range c) as [C _].
    assert (sqrt (sigma a / sigma c) <= sqrt (sqrt (m_maj / m_min))); [|lra].
    assert (0 < / sigma c <= / sqrt m_min) by (split; [apply Rinv_0_lt_compat; lra | apply Rinv_le_contravar; lra]).
    rewrite S1. apply sqrt_le_1.
    + apply Rmult_le_pos; lra.
    + apply Rmult_le_pos; [apply sqrt_pos | left; apply Rinv_0_lt_compat, S0].
    + unfold Rdiv. apply Rmult_le_compat; lra.
  - exists 1%nat, p. repeat split; try lia. rewrite E.
    assert (A : sigma 1%nat = sqrt m_maj).
    { unfold step_sigma. simpl. replace (majority p 1) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity. }
    assert (C : sigma p = sqrt m_min).
    { unfold step_sigma. f_equal. destruct p as [|p']; [lia|]. simpl.
      replace (majority (S p') (S p')) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity. }
    rewrite A, C, S1. reflexivity.
Qed.

Theorem spectral_window delta : ln 2 / 2 < delta ->
  is_relative_window (p + q - 1) (fun c => spectral_half (sigma c) (sqrt (sigma c) * exp (- delta))) (sqrt (sqrt (m_maj / m_min)) - 1).
Proof.
  intros Hd. apply spectral_times_of. intros a c.
  destruct (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min ltac:(lra) ltac:(lra) a) as [A _].
  destruct (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min ltac:(lra) ltac:(lra) c) as [C _].
  apply spectral_ratio_scaled; assumption.
Qed.

(* As delta grows, whatever the plain start: half times tend to sqrt (sigma / 2). *)
Theorem spectral_window_limit : is_relative_window (p + q - 1) (fun c => sqrt (sigma c / 2)) (sqrt (sqrt (m_maj / m_min)) - 1).
Proof.
  apply spectral_times_of. intros a c.
  destruct (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min ltac:(lra) ltac:(lra) a) as [A _].
  destruct (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min ltac:(lra) ltac:(lra) c) as [C _].
  rewrite <- sqrt_div by lra. f_equal. field. lra.
Qed.
End Step.

(* It is no wider than without the rule, and unbounded. *)
Theorem spectral_window_below_vanilla x : 1 < x -> sqrt (sqrt x) - 1 < sqrt x - 1.
Proof.
  intros H. assert (1 < sqrt x) by (rewrite <- sqrt_1; apply sqrt_lt_1; lra).
  cut (sqrt (sqrt x) < sqrt x); [lra|]. apply sqrt_less; lra.
Qed.

Theorem spectral_window_unbounded B : exists x, 1 <= x /\ B < sqrt (sqrt x) - 1.
Proof.
  set (b := Rabs B + 2). exists ((b * b) * (b * b)). unfold b. pose proof (Rabs_pos B). pose proof (Rle_abs B).
  split; [nra|]. rewrite sqrt_square by nra. rewrite sqrt_square by lra. lra.
Qed.
