(* The window of the exact reweighted flow at the exponent 1/2: at least 0 and below 1 / sqrt share - 1, for any
   share of minority classes, any imbalance and any scale of the scaled start; below sqrt 2 - 1 for
   equal halves.

   The modes within the majority and within the minority are logistic with rate 1 under the exact flow as
   under the projected one, and reach their half at group_half delta; the contrast mode is that of ExactFlow.v.

   Hypotheses: 0 < share < 1, r >= 1 (R in the text), delta > ln 2 / 2; w, a, b solve the reduced equations for all
   t >= 0, from the scaled start.  There is such a solution: WellPosed.scaled_start_exists; at r = 1 it is given here.
   Computed by: ufm_simulation::ReducedFlow::{half_amplitude_times, window}.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz Classical.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window Comparison ExactFlow ExactOrder.
Open Scope R_scope.

(* The reduced flow, its start, and the fraction of the contrast mode that is learned. *)
Definition exact_flow (share r : R) : (R -> R) -> (R -> R) -> (R -> R) -> Prop :=
  solves (/ sqrt r) 1 (sqrt (share * r)) (sqrt (1 - share)).
Definition scaled_start (share r delta : R) : (R -> R) -> (R -> R) -> (R -> R) -> Prop :=
  starts (exp (-2 * delta)) (sqrt (share * r)) (sqrt (1 - share)).
Definition fraction (share r : R) : (R -> R) -> (R -> R) -> (R -> R) -> R -> R :=
  contrast (sqrt (share * r)) (sqrt (1 - share)).

(* When the modes within the groups reach their half. *)
Definition group_half (delta : R) : R := ln (exp (2 * delta) - 1) / 2.

(* The first time a function of time reaches its half. *)
Definition first_half (f : R -> R) (tc : R) : Prop :=
  0 <= tc /\ f tc = 1 / 2 /\ forall t, 0 <= t < tc -> f t < 1 / 2.

(* The relative window of the three half-amplitude times: majority, contrast, minority. *)
Definition exact_window (delta tc : R) : R := relative_spread (group_half delta) tc (group_half delta).

(* The singular values of the two groups are sqrt r and 1, their weights 1 / sqrt r and 1. *)
Theorem group_half_majority r delta : 0 < r ->
  t_half (sqrt r) (/ sqrt r) (s0_scaled (sqrt r) delta) = group_half delta.
Proof.
  intros H. pose proof (sqrt_lt_R0 r H). rewrite t_half_scaled by assumption.
  unfold group_half. f_equal. field. lra.
Qed.

Theorem group_half_minority delta : t_half 1 1 (s0_scaled 1 delta) = group_half delta.
Proof. rewrite t_half_scaled by lra. unfold group_half. f_equal. ring. Qed.

Theorem group_half_pos delta : ln 2 / 2 < delta -> 0 < group_half delta.
Proof.
  intros H. pose proof (exp2_gt2 delta H). unfold group_half.
  apply Rdiv_lt_0_compat; [|lra]. rewrite <- ln_1. apply ln_increasing; lra.
Qed.

Theorem first_half_unique f t u : first_half f t -> first_half f u -> t = u.
Proof.
  intros [Ht [Et Bt]] [Hu [Eu Bu]]. destruct (Rtotal_order t u) as [L|[L|L]]; [exfalso|exact L|exfalso].
  - pose proof (Bu t ltac:(lra)). lra.
  - pose proof (Bt u ltac:(lra)). lra.
Qed.

Section Window.
Variables share r delta : R.
Variables w a b : R -> R.
Hypotheses (Hp : 0 < share < 1) (Hr : 1 <= r) (Hdelta : ln 2 / 2 < delta).
Hypothesis flow : exact_flow share r w a b.
Hypothesis start : scaled_start share r delta w a b.

Let P := sqrt share.
Let Q := sqrt (1 - share).
Let q := sqrt r.
Let e := exp (-2 * delta).
Let E := exp (2 * delta).

Lemma shares : 0 < P /\ 0 < Q /\ Rsqr P + Rsqr Q = 1 /\ 1 <= q /\ sqrt (share * r) = P * q.
Proof.
  repeat split.
  - apply sqrt_lt_R0. lra.
  - apply sqrt_lt_R0. lra.
  - unfold P, Q. rewrite !Rsqr_sqrt by lra. ring.
  - apply sqrt_ge1, Hr.
  - apply sqrt_mult; lra.
Qed.

Lemma scale : 2 < E /\ 0 < e < 1 /\ e = / E.
Proof.
  pose proof (exp2_gt2 delta Hdelta) as H. fold E in H.
  assert (Ee : e = / E) by apply exp_m2. split; [exact H|]. split; [|exact Ee]. rewrite Ee. split.
  - apply Rinv_0_lt_compat. lra.
  - rewrite <- Rinv_1. apply Rinv_lt_contravar; lra.
Qed.

Lemma flow_PQ : solves (/ q) 1 (P * q) Q w a b.
Proof. pose proof shares as [_ [_ [_ [_ Z]]]]. rewrite <- Z. exact flow. Qed.

Lemma start_PQ : starts e (P * q) Q w a b.
Proof. pose proof shares as [_ [_ [_ [_ Z]]]]. rewrite <- Z. exact start. Qed.

Lemma fraction_PQ t : fraction share r w a b t = contrast (P * q) Q w a b t.
Proof. pose proof shares as [_ [_ [_ [_ Z]]]]. rewrite <- Z. reflexivity. Qed.

(* The minority logit is never behind the majority's, each over its target. *)
Theorem exact_minority_ahead t : 0 <= t -> w t * a t / sqrt (share * r) <= w t * b t / sqrt (1 - share).
Proof.
  intros Ht. pose proof shares as [HP [HQ [HPQ [Hq Z]]]]. pose proof scale as [_ [He _]]. rewrite Z.
  apply (minority_ahead P Q q e w a b HP HQ HPQ Hq He flow_PQ start_PQ t Ht).
Qed.

(* The contrast mode is nowhere above the logistic law of rate 1, that of the two groups. *)
Theorem fraction_at_most_logistic t : 0 <= t -> fraction share r w a b t <= s 1 1 (exp (-2 * delta)) t.
Proof.
  intros Ht. pose proof shares as [HP [HQ [HPQ [Hq _]]]]. pose proof scale as [_ [He _]]. rewrite fraction_PQ.
  apply (contrast_at_most_logistic P Q q e w a b HP HQ HPQ Hq He flow_PQ start_PQ t Ht).
Qed.

(* So it is below its half before the groups are at theirs. *)
Theorem fraction_below_half t : 0 <= t < group_half delta -> fraction share r w a b t < 1 / 2.
Proof.
  intros Ht. pose proof scale as [_ [He _]].
  apply Rle_lt_trans with (1 := fraction_at_most_logistic t ltac:(lra)).
  rewrite <- (s_at_t_half 1 1 ltac:(lra) ltac:(lra) e He). apply s_increasing; try lra.
  replace e with (s0_scaled 1 delta) by (unfold s0_scaled, e; ring). rewrite group_half_minority. lra.
Qed.

(* Any stretch of time on which it does not exceed its half is shorter than group_half delta / sqrt share. *)
Theorem half_within tc : 0 <= tc -> (forall t, 0 <= t <= tc -> fraction share r w a b t <= 1 / 2) ->
  tc < group_half delta / sqrt share.
Proof.
  intros Htc H. destruct (Rlt_or_le tc (group_half delta / sqrt share)) as [|N]; [assumption|exfalso].
  pose proof shares as [HP [HQ [HPQ [Hq _]]]]. pose proof scale as [HE [He Ee]].
  pose proof (group_half_pos delta Hdelta) as HT. fold P in N. set (T := group_half delta / P) in *.
  assert (HT0 : 0 < T) by (apply Rdiv_lt_0_compat; assumption).
  assert (X : forall t, 0 <= t <= T -> w t * a t / (P * q) <= 1 / 2).
  { intros t Ht. pose proof (H t ltac:(lra)) as F. rewrite fraction_PQ in F.
    pose proof (contrast_ahead P Q q e w a b HP HQ HPQ Hq He flow_PQ start_PQ t ltac:(lra)). lra. }
  pose proof (majority_at_least_logistic P Q q e w a b HP HQ HPQ Hq He flow_PQ start_PQ T ltac:(lra) X) as L.
  pose proof (X T ltac:(lra)) as XT.
  assert (HPq : 0 < P * q) by nra.
  assert (HS : 0 < singular P Q q /\ singular P Q q * singular P Q q = Rsqr (P * q) + Rsqr Q).
  { apply (singular_sq P Q q). exact HQ. }
  destruct HS as [HS ES].
  assert (HC : 0 < P * q / singular P Q q < 1).
  { split; [apply Rdiv_lt_0_compat; assumption|]. apply Rlt_div_l; [exact HS|]. rewrite Rmult_1_l.
    apply Rsqr_incrst_0; [|lra|lra]. unfold Rsqr at 2. rewrite ES. pose proof (Rlt_0_sqr Q ltac:(lra)). lra. }
  set (C := P * q / singular P Q q) in *. set (x := w T * a T / (P * q)) in *. clearbody C x.
  assert (V : s 1 P (e * C) T = C * (E - 1) / (C * (E - 1) + (E - C))).
  { unfold s, T. replace (-2 * 1 * P * (group_half delta / P)) with (- ln (E - 1))
      by (unfold group_half, E; field; lra).
    rewrite exp_Ropp, exp_ln by lra. rewrite Ee. field. repeat split; nra. }
  rewrite V in L. clear V.
  assert (M : C / 2 < C * (E - 1) / (C * (E - 1) + (E - C))).
  { apply (proj1 (Rlt_div_r (C / 2) (C * (E - 1)) (C * (E - 1) + (E - C)) ltac:(nra))). assert (0 < C * ((1 - C) * (E - 2))); [|nra].
    apply Rmult_lt_0_compat; [lra | apply Rmult_lt_0_compat; lra]. }
  nra.
Qed.

Lemma fraction_continuity t : 0 <= t -> continuity_pt (fraction share r w a b) t.
Proof.
  intros Ht. destruct (flow t Ht) as [Dw [Da Db]]. apply derive_continuity.
  unfold fraction, contrast. auto_derive. repeat split; eexists; eassumption.
Qed.

Lemma fraction_start : fraction share r w a b 0 < 1 / 2.
Proof. apply fraction_below_half. pose proof (group_half_pos delta Hdelta). lra. Qed.

(* The contrast mode does reach its half, not before the groups and before 1 / sqrt share times as long. *)
Theorem half_time_exists : exists tc, first_half (fraction share r w a b) tc /\
  group_half delta <= tc < group_half delta / sqrt share.
Proof.
  pose proof shares as [HP _]. pose proof (group_half_pos delta Hdelta) as HT.
  set (T := group_half delta / sqrt share).
  assert (HT0 : 0 < T) by (apply Rdiv_lt_0_compat; assumption).
  assert (X : exists t, 0 <= t <= T /\ 1 / 2 <= fraction share r w a b t).
  { apply NNPP. intros N. apply (Rlt_irrefl T). apply half_within; [lra|]. intros t Ht.
    destruct (Rle_or_lt (fraction share r w a b t) (1 / 2)) as [|L]; [assumption|].
    exfalso. apply N. exists t. lra. }
  destruct X as [t1 [Ht1 F1]].
  destruct (first_time (fraction share r w a b) (1 / 2) t1) as [tc [Htc [F B]]];
    [lra | apply fraction_start | exact F1 | |].
  { intros t Ht. apply fraction_continuity. lra. }
  exists tc. split; [repeat split; [lra | exact F | exact B]|]. split.
  - destruct (Rle_or_lt (group_half delta) tc) as [|L]; [assumption|].
    pose proof (fraction_below_half tc ltac:(lra)). lra.
  - apply half_within; [lra|]. intros t Ht. destruct (Req_dec t tc) as [-> | Nt]; [lra|].
    left. apply B. lra.
Qed.

(* The window: at least 0 and below 1 / sqrt share - 1. *)
Theorem exact_window_bound tc : first_half (fraction share r w a b) tc ->
  0 <= exact_window delta tc < / sqrt share - 1.
Proof.
  intros H. pose proof shares as [HP _]. pose proof (group_half_pos delta Hdelta) as HT.
  destruct half_time_exists as [t [Ht [L U]]]. rewrite (first_half_unique _ _ _ H Ht).
  unfold exact_window, relative_spread, last_of, first_of. set (T := group_half delta) in *.
  rewrite (Rmax_left t T), (Rmax_right T t), (Rmin_right t T), (Rmin_left T T) by lra. split.
  - assert (1 <= t / T); [|lra]. apply Rle_div_r; lra.
  - assert (t / T < / sqrt share); [|lra]. apply Rlt_div_l; [exact HT|].
    replace (/ sqrt share * T) with (T / sqrt share) by (fold P; field; lra). exact U.
Qed.
End Window.

(* Equal halves: below sqrt 2 - 1. *)
Theorem exact_window_bound_halves r delta w a b tc : 1 <= r -> ln 2 / 2 < delta ->
  exact_flow (1 / 2) r w a b -> scaled_start (1 / 2) r delta w a b ->
  first_half (fraction (1 / 2) r w a b) tc -> 0 <= exact_window delta tc < sqrt 2 - 1.
Proof.
  intros Hr Hd F S H. replace (sqrt 2) with (/ sqrt (1 / 2)).
  - apply (exact_window_bound (1 / 2) r delta w a b ltac:(lra) Hr Hd F S tc H).
  - rewrite <- sqrt_inv. f_equal. field.
Qed.

(* Without imbalance the equations are solved by one logistic law: the hypotheses can be met. *)
Section Balanced.
Variables share delta : R.
Hypotheses (Hp : 0 < share < 1) (Hdelta : 0 < delta).

Definition balanced_classifier (d t : R) : R := sqrt (s 1 1 (exp (-2 * d)) t).

Lemma balanced_range t : 0 < s 1 1 (exp (-2 * delta)) t < 1.
Proof.
  apply s_range; try lra. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra.
Qed.

Theorem balanced_solution :
  exact_flow share 1 (balanced_classifier delta) (fun t => sqrt share * balanced_classifier delta t)
    (fun t => sqrt (1 - share) * balanced_classifier delta t).
Proof.
  intros t Ht. rewrite Rmult_1_r, sqrt_1, Rinv_1.
  pose proof (sqrt_sqrt share ltac:(lra)) as EP. pose proof (sqrt_sqrt (1 - share) ltac:(lra)) as EQ.
  set (P := sqrt share) in *. set (Q := sqrt (1 - share)) in *.
  assert (He : 0 < exp (-2 * delta) < 1).
  { split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra. }
  pose proof (s_ode 1 1 _ t He) as D. pose proof (balanced_range t) as R1.
  set (L := s 1 1 (exp (-2 * delta))) in *.
  assert (Dw : is_derive (balanced_classifier delta) t (balanced_classifier delta t * (1 - L t))).
  { pose proof (sqrt_lt_R0 (L t) ltac:(lra)) as HW. pose proof (sqrt_sqrt (L t) ltac:(lra)) as EW.
    unfold balanced_classifier. fold L. auto_derive; [split; [eexists; exact D | lra]|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun u => L u) t = _).
    rewrite <- EW at 1. field. lra. }
  assert (EW : balanced_classifier delta t * balanced_classifier delta t = L t) by (apply sqrt_sqrt; lra).
  set (W := balanced_classifier delta) in *. split; [|split].
  - replace (1 * (P - W t * (P * W t)) * (P * W t) + 1 * (Q - W t * (Q * W t)) * (Q * W t))
      with ((P * P + Q * Q) * (W t * (1 - W t * W t))) by ring.
    rewrite EP, EQ, EW. replace ((share + (1 - share)) * (W t * (1 - L t))) with (W t * (1 - L t)) by ring. exact Dw.
  - replace (1 * W t * (P - W t * (P * W t))) with (P * (W t * (1 - W t * W t))) by ring. rewrite EW.
    auto_derive; [eexists; exact Dw|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun u => W u) t = _). ring.
  - replace (1 * W t * (Q - W t * (Q * W t))) with (Q * (W t * (1 - W t * W t))) by ring. rewrite EW.
    auto_derive; [eexists; exact Dw|].
    rewrite (is_derive_unique _ _ _ Dw : Derive (fun u => W u) t = _). ring.
Qed.

Theorem balanced_start :
  scaled_start share 1 delta (balanced_classifier delta) (fun t => sqrt share * balanced_classifier delta t)
    (fun t => sqrt (1 - share) * balanced_classifier delta t).
Proof.
  unfold scaled_start, starts. rewrite Rmult_1_r.
  pose proof (sqrt_sqrt share ltac:(lra)) as EP. pose proof (sqrt_sqrt (1 - share) ltac:(lra)) as EQ.
  pose proof (sqrt_lt_R0 share ltac:(lra)). pose proof (sqrt_lt_R0 (1 - share) ltac:(lra)).
  set (P := sqrt share) in *. set (Q := sqrt (1 - share)) in *.
  pose proof (balanced_range 0) as R0.
  pose proof (sqrt_lt_R0 _ (proj1 R0)) as HW. pose proof (sqrt_sqrt _ (Rlt_le _ _ (proj1 R0))) as EW.
  fold (balanced_classifier delta 0) in HW, EW. set (W := balanced_classifier delta 0) in *.
  assert (He : 0 < exp (-2 * delta) < 1).
  { split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra. }
  rewrite (s_initial 1 1 ltac:(lra) _ He) in EW.
  split; [exact HW|]. split; [nra|]. split; [nra|]. split; [|split].
  - unfold Rsqr. replace (P * W * (P * W) + Q * W * (Q * W)) with ((P * P + Q * Q) * (W * W)) by ring.
    rewrite EP, EQ. ring.
  - replace (W * (P * W)) with (W * W * P) by ring. rewrite EW. ring.
  - replace (W * (Q * W)) with (W * W * Q) by ring. rewrite EW. ring.
Qed.

Theorem balanced_fraction t :
  fraction share 1 (balanced_classifier delta) (fun u => sqrt share * balanced_classifier delta u)
    (fun u => sqrt (1 - share) * balanced_classifier delta u) t = s 1 1 (exp (-2 * delta)) t.
Proof.
  unfold fraction, contrast. rewrite Rmult_1_r.
  pose proof (sqrt_sqrt share ltac:(lra)) as EP. pose proof (sqrt_sqrt (1 - share) ltac:(lra)) as EQ.
  unfold Rsqr. rewrite EP, EQ. pose proof (balanced_range t) as R1.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (proj1 R1))) as EW. fold (balanced_classifier delta t) in EW.
  set (P := sqrt share) in *. set (Q := sqrt (1 - share)) in *. set (W := balanced_classifier delta t) in *.
  replace (P * (W * (P * W)) + Q * (W * (Q * W))) with ((P * P + Q * Q) * (W * W)) by ring.
  rewrite EP, EQ, EW. field. lra.
Qed.

(* It reaches its half with the groups: without imbalance there is no window. *)
Theorem balanced_first_half : ln 2 / 2 < delta ->
  first_half (fraction share 1 (balanced_classifier delta) (fun t => sqrt share * balanced_classifier delta t)
    (fun t => sqrt (1 - share) * balanced_classifier delta t)) (group_half delta).
Proof.
  intros Hd. assert (He : 0 < exp (-2 * delta) < 1).
  { split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra. }
  split; [apply Rlt_le, group_half_pos, Hd|].
  assert (Et : group_half delta = t_half 1 1 (exp (-2 * delta))).
  { rewrite <- group_half_minority. f_equal. unfold s0_scaled. ring. }
  split; [|intros t Ht]; rewrite balanced_fraction.
  - rewrite Et. apply s_at_t_half; lra.
  - rewrite <- (s_at_t_half 1 1 ltac:(lra) ltac:(lra) _ He), <- Et. apply s_increasing; lra.
Qed.
End Balanced.
