(* Why the exponent 1/2: it alone equalises the majority and minority rates, and it alone
   minimises the relative learning window.

   Rates and windows are those of Window.v (equal halves) and WindowSplit.v (share of minority
   classes, 0 < share < 1); class weights n_c^(-gamma); r > 1 is the imbalance ratio (R in the text).
   All three directions are taken to exist (at least two classes in each group).
   Computed by: ufm_theory::window::limiting at weights::Weighting::power(gamma).
   Source: arXiv:2601.12011 (gamma = 1/2 flattens the spectrum); the minimality and the
   growth of the window away from 1/2: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Window WindowBound WindowSplit.
Open Scope R_scope.

(* Powers of r > 1: above 1 exactly for positive exponents. *)
Lemma Rpower_gt1 r a : 1 < r -> 0 < a -> 1 < Rpower r a.
Proof. intros Hr Ha. rewrite <- (Rpower_O r) by lra. apply Rpower_lt; assumption. Qed.
Lemma Rpower_lt1 r a : 1 < r -> a < 0 -> Rpower r a < 1.
Proof. intros Hr Ha. rewrite <- (Rpower_O r) by lra. apply Rpower_lt; assumption. Qed.

(* gamma < 1/2: the majority is faster, hence learned first.  Rate: spectrum::StepSpectrum::rate. *)
Theorem majority_faster_below_half r gamma : 1 < r -> gamma < 1 / 2 -> rate_min < rate_maj r gamma.
Proof. intros Hr Hg. apply Rpower_gt1; [exact Hr | lra]. Qed.

(* gamma > 1/2: the order is reversed, the minority is faster. *)
Theorem minority_faster_above_half r gamma : 1 < r -> 1 / 2 < gamma -> rate_maj r gamma < rate_min.
Proof. intros Hr Hg. apply Rpower_lt1; [exact Hr | lra]. Qed.

(* The two rates agree at one r > 1 if and only if gamma = 1/2 ... *)
Theorem rates_equal_iff_half r gamma : 1 < r -> (rate_maj r gamma = rate_min <-> gamma = 1 / 2).
Proof.
  intros Hr. split; [|intros ->; apply rate_maj_half; lra].
  intros E. destruct (Rtotal_order gamma (1 / 2)) as [L|[L|L]]; [|exact L|].
  - apply (majority_faster_below_half r) in L; lra.
  - apply (minority_faster_above_half r) in L; lra.
Qed.

(* ... and then they agree at every r. *)
Theorem rates_equal_once_then_always r gamma : 1 < r -> rate_maj r gamma = rate_min ->
  forall q, 0 < q -> rate_maj q gamma = rate_min.
Proof. intros Hr E. apply (rates_equal_iff_half r gamma Hr) in E as ->. apply rate_maj_half. Qed.

(* The relative spread is at least the ratio of any two of the three times, minus 1. *)
Lemma spread_ge T1 T2 T3 a b : 0 < T1 -> 0 < T2 -> 0 < T3 ->
  (a = T1 \/ a = T2 \/ a = T3) -> (b = T1 \/ b = T2 \/ b = T3) ->
  a / b - 1 <= relative_spread T1 T2 T3.
Proof.
  intros H1 H2 H3 Ha Hb. unfold relative_spread, first_of, last_of.
  assert (Hmax : a <= Rmax T1 (Rmax T2 T3)).
  { pose proof (Rmax_l T1 (Rmax T2 T3)). pose proof (Rmax_r T1 (Rmax T2 T3)).
    pose proof (Rmax_l T2 T3). pose proof (Rmax_r T2 T3). intuition; subst; lra. }
  assert (Hmin : Rmin T1 (Rmin T2 T3) <= b).
  { pose proof (Rmin_l T1 (Rmin T2 T3)). pose proof (Rmin_r T1 (Rmin T2 T3)).
    pose proof (Rmin_l T2 T3). pose proof (Rmin_r T2 T3). intuition; subst; lra. }
  assert (H0 : 0 < Rmin T1 (Rmin T2 T3)) by (repeat apply Rmin_glb_lt; assumption).
  assert (Ha0 : 0 < a) by (intuition; subst; assumption).
  apply Rplus_le_compat_r. unfold Rdiv. apply Rmult_le_compat; try lra.
  - apply Rlt_le, Rinv_0_lt_compat. lra.
  - apply Rinv_le_contravar; assumption.
Qed.

Section Minimal.
Variables share r : R.
Hypotheses (Hp : 0 < share < 1) (Hr : 1 < r).

Lemma times_pos gamma : 0 < / rate_maj r gamma /\ 0 < rate_mid_split share r gamma /\
  0 < / rate_mid_split share r gamma /\ 0 < / rate_min.
Proof.
  assert (E : forall x, 0 < Rpower r x) by (intros x; apply exp_pos).
  assert (0 < rate_mid_split share r gamma).
  { apply Rdiv_lt_0_compat; [|apply split_num; lra].
    assert (0 < share * Rpower r (1 - gamma)) by (apply Rmult_lt_0_compat; [lra | apply E]). lra. }
  repeat split; try assumption; apply Rinv_0_lt_compat; [apply E | assumption | unfold rate_min; lra].
Qed.

(* If the rate of the first mode learned, over the middle rate, is above its value at 1/2, so is
   the window. *)
Lemma wider_if gamma f : (f = rate_maj r gamma \/ f = rate_min) -> 0 < f ->
  rate_mid_split share r gamma < f * rate_mid_split share r (1 / 2) ->
  window_split share r (1 / 2) < window_split share r gamma.
Proof.
  intros Hf Hf0 L. destruct (times_pos gamma) as [T1 [M0 [T2 T3]]].
  destruct (times_pos (1 / 2)) as [_ [M1 [_ _]]].
  rewrite window_split_half by lra.
  assert (E : win_split share r = / rate_mid_split share r (1 / 2) - 1).
  { rewrite rate_mid_split_half by lra. unfold win_split.
    pose proof (split_den share Hp r ltac:(lra)). pose proof (split_num share Hp r ltac:(lra)). field. lra. }
  rewrite E. set (mh := rate_mid_split share r (1 / 2)) in *. apply Rlt_le_trans with (/ rate_mid_split share r gamma / / f - 1).
  - apply Rplus_lt_compat_r. unfold Rdiv. rewrite Rinv_inv.
    apply (Rmult_lt_reg_r (rate_mid_split share r gamma * mh)); [nra|].
    replace (/ mh * (rate_mid_split share r gamma * mh))
      with (rate_mid_split share r gamma) by (field; lra).
    replace (/ rate_mid_split share r gamma * f * (rate_mid_split share r gamma * mh))
      with (f * mh) by (field; lra). exact L.
  - apply spread_ge; try assumption; [right; left; reflexivity|].
    destruct Hf as [-> | ->]; [left | right; right]; reflexivity.
Qed.

(* gamma = 1/2 minimises the relative window over all exponents, strictly, for every split and
   every r > 1.  The window is window::limiting(..).relative. *)
Theorem half_minimises_window_split gamma : gamma <> 1 / 2 ->
  window_split share r (1 / 2) < window_split share r gamma.
Proof.
  intros Hg. set (eta := 1 / 2 - gamma).
  assert (Hs : 0 < Rpower r (1 / 2)) by apply exp_pos.
  assert (Eg : Rpower r (1 - gamma) = Rpower r (1 / 2) * Rpower r eta).
  { rewrite <- Rpower_plus. f_equal. unfold eta. field. }
  pose proof (split_num share Hp r ltac:(lra)) as Hn.
  assert (Hpos : 0 < Rpower r eta) by apply exp_pos.
  destruct (Rtotal_order gamma (1 / 2)) as [L|[L|L]]; [|contradiction|].
  - apply (wider_if gamma (rate_maj r gamma)); [left; reflexivity | apply exp_pos |].
    unfold rate_mid_split, rate_maj. fold eta. rewrite Eg. replace (1 - 1 / 2) with (1 / 2) by field.
    set (h := Rpower r (1 / 2)) in *. assert (1 < Rpower r eta) by (apply Rpower_gt1; unfold eta; lra).
    unfold Rdiv. rewrite <- (Rmult_assoc _ _ (/ sqrt _)). apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, Hn|]. nra.
  - apply (wider_if gamma rate_min); [right; reflexivity | unfold rate_min; lra |].
    unfold rate_mid_split, rate_min. rewrite Eg. replace (1 - 1 / 2) with (1 / 2) by field.
    set (h := Rpower r (1 / 2)) in *. assert (Rpower r eta < 1) by (apply Rpower_lt1; unfold eta; lra).
    unfold Rdiv. rewrite Rmult_1_l. apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, Hn|].
    assert (h * Rpower r eta < h) by nra. nra.
Qed.

(* The window is at least r^|1/2 - gamma| - 1. *)
Theorem window_split_grows gamma : Rpower r (Rabs (1 / 2 - gamma)) - 1 <= window_split share r gamma.
Proof.
  destruct (times_pos gamma) as [T1 [M0 [T2 T3]]]. unfold Rabs. destruct (Rcase_abs _) as [L|L].
  - replace (Rpower r (- (1 / 2 - gamma))) with (/ rate_maj r gamma / / rate_min).
    + apply spread_ge; auto.
    + unfold rate_maj, rate_min, Rdiv. rewrite !Rinv_1, Rmult_1_r. symmetry. apply Rpower_Ropp.
  - replace (Rpower r (1 / 2 - gamma)) with (/ rate_min / / rate_maj r gamma).
    + apply spread_ge; auto.
    + unfold rate_min, Rdiv. rewrite Rinv_1, Rmult_1_l, Rinv_inv. reflexivity.
Qed.
End Minimal.

Lemma window_split_is_window r gamma : 0 < r -> window_split (1 / 2) r gamma = window r gamma.
Proof. intros H. unfold window_split, window. rewrite rate_mid_split_halves by exact H. reflexivity. Qed.

(* The same for equal halves. *)
Theorem half_minimises_window r gamma : 1 < r -> gamma <> 1 / 2 -> window r (1 / 2) < window r gamma.
Proof.
  intros Hr Hg. rewrite <- !window_split_is_window by lra.
  apply half_minimises_window_split; lra.
Qed.

(* Only gamma = 1/2 keeps the window bounded as the imbalance grows. *)
Theorem window_bounded_iff_half gamma :
  (exists B, forall r, 1 <= r -> window r gamma <= B) <-> gamma = 1 / 2.
Proof.
  split.
  - intros [B HB]. destruct (Req_dec gamma (1 / 2)) as [|Hg]; [assumption|exfalso].
    assert (Ha : 0 < Rabs (1 / 2 - gamma)) by (apply Rabs_pos_lt; lra).
    set (a := Rabs (1 / 2 - gamma)) in *. set (M := Rabs B + 2).
    assert (HM : 2 <= M) by (pose proof (Rabs_pos B); unfold M; lra).
    set (r := Rpower M (/ a)).
    assert (Hr : 1 < r) by (apply Rpower_gt1; [lra | apply Rinv_0_lt_compat, Ha]).
    pose proof (HB r ltac:(lra)) as H1.
    pose proof (window_split_grows (1 / 2) r ltac:(lra) Hr gamma) as H2.
    rewrite window_split_is_window in H2 by lra. fold a in H2. unfold r in H2 at 1.
    rewrite Rpower_mult, Rinv_l, Rpower_1 in H2 by lra.
    pose proof (Rle_abs B). unfold M in H2. lra.
  - intros ->. exists (sqrt 2 - 1). intros r Hr. apply Rlt_le, window_bound, Hr.
Qed.

(* The window falls strictly up to gamma = 1/2 and rises strictly after, for every split.  Below 1/2 the majority is the fastest and above it
   the minority; over or under its rate z = r^(1/2 - gamma) the two other rates are monotone in z. *)
Section Monotone.
Variables share r : R.
Hypotheses (Hp : 0 < share < 1) (Hr : 1 < r).
Notation M := (sqrt (share * r + (1 - share))).

Lemma rate_mid_by_maj gamma : rate_mid_split share r gamma = (share * sqrt r * rate_maj r gamma + (1 - share)) / M.
Proof.
  unfold rate_mid_split, rate_maj. replace (Rpower r (1 - gamma)) with (sqrt r * Rpower r (1 / 2 - gamma)).
  - unfold Rdiv. ring.
  - rewrite <- (Rpower_sqrt r) by lra. rewrite <- Rpower_plus. f_equal. field.
Qed.

Lemma middle_rate_range : 1 < sqrt r /\ 0 < M /\ share * sqrt r + (1 - share) <= M.
Proof.
  assert (1 < sqrt r) by (rewrite <- sqrt_1; apply sqrt_lt_1; lra). pose proof (sqrt_sqrt r ltac:(lra)) as S.
  split; [assumption|]. split; [apply sqrt_lt_R0; nra|]. rewrite <- (sqrt_square (share * sqrt r + (1 - share))) by nra.
  apply sqrt_le_1_alt. assert (0 <= share * (1 - share) * Rsqr (sqrt r - 1)) by (apply Rmult_le_pos; [nra | apply Rle_0_sqr]). unfold Rsqr in *. nra.
Qed.

Lemma rate_maj_decreasing gamma gamma' : gamma < gamma' -> 0 < rate_maj r gamma' < rate_maj r gamma.
Proof. intros L. split; [apply exp_pos | apply Rpower_lt; lra]. Qed.

Lemma window_before gamma : gamma <= 1 / 2 -> window_split share r gamma
  = Rmax (rate_maj r gamma * M / (share * sqrt r * rate_maj r gamma + (1 - share))) (rate_maj r gamma) - 1.
Proof.
  intros L. destruct middle_rate_range as [S [M0 J]].
  assert (Z : 1 <= rate_maj r gamma).
  { destruct (Req_dec gamma (1 / 2)) as [->|N]; [rewrite rate_maj_half by lra; unfold rate_min; lra|].
    left. exact (majority_faster_below_half r gamma Hr ltac:(lra)). }
  unfold window_split, relative_spread, first_of, last_of. rewrite rate_mid_by_maj. unfold rate_min. rewrite Rinv_1.
  set (z := rate_maj r gamma) in *. set (D := share * sqrt r * z + (1 - share)).
  assert (PS : 0 < share * sqrt r) by (apply Rmult_lt_0_compat; lra).
  assert (D0 : 0 < D) by (pose proof (Rmult_lt_0_compat _ z PS ltac:(lra)); unfold D; lra).
  assert (DM : D <= M * z).
  { pose proof (Rmult_le_compat_r z _ _ ltac:(lra) J). pose proof (Rmult_le_compat_l (1 - share) 1 z ltac:(lra) Z). unfold D. lra. }
  rewrite Rinv_div.
  assert (A : / z <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
  assert (B : / z <= M / D).
  { apply (Rmult_le_reg_r (z * D)); [nra|]. replace (/ z * (z * D)) with D by (field; lra).
    replace (M / D * (z * D)) with (M * z) by (field; lra). exact DM. }
  rewrite Rmin_left by (apply Rmin_glb; lra). rewrite (Rmax_right (/ z)) by (apply Rle_trans with 1; [exact A | apply Rmax_r]).
  f_equal. unfold Rdiv at 1. rewrite Rinv_inv, Rmult_comm, <- RmaxRmult by lra. f_equal; field; lra.
Qed.

Lemma window_after gamma : 1 / 2 <= gamma -> window_split share r gamma
  = Rmax (M / (share * sqrt r * rate_maj r gamma + (1 - share))) (/ rate_maj r gamma) - 1.
Proof.
  intros L. destruct middle_rate_range as [S [M0 J]].
  assert (Z : 0 < rate_maj r gamma <= 1).
  { split; [apply exp_pos|]. destruct (Req_dec gamma (1 / 2)) as [->|N]; [rewrite rate_maj_half by lra; unfold rate_min; lra|].
    left. exact (minority_faster_above_half r gamma Hr ltac:(lra)). }
  unfold window_split, relative_spread, first_of, last_of. rewrite rate_mid_by_maj. unfold rate_min. rewrite Rinv_1.
  set (z := rate_maj r gamma) in *. set (D := share * sqrt r * z + (1 - share)).
  assert (PS : 0 < share * sqrt r) by (apply Rmult_lt_0_compat; lra).
  assert (D0 : 0 < D) by (pose proof (Rmult_lt_0_compat _ z PS ltac:(lra)); unfold D; lra).
  assert (DM : D <= M) by (pose proof (Rmult_le_compat_l (share * sqrt r) z 1 ltac:(lra) ltac:(lra)); unfold D; lra).
  rewrite Rinv_div.
  assert (A : 1 <= / z) by (rewrite <- Rinv_1 at 1; apply Rinv_le_contravar; lra).
  assert (B : 1 <= M / D) by (apply Rle_div_r; lra).
  rewrite (Rmin_right (M / D) 1), (Rmin_right (/ z) 1) by assumption. rewrite (Rmax_left (M / D) 1), Rmax_comm by assumption. f_equal. field.
Qed.

(* Strictly decreasing before, strictly increasing after. *)
Theorem window_falls_to_half gamma gamma' : gamma < gamma' <= 1 / 2 -> window_split share r gamma' < window_split share r gamma.
Proof.
  intros [L L']. rewrite !window_before by lra. destruct middle_rate_range as [S [M0 J]].
  destruct (rate_maj_decreasing gamma gamma' L) as [Z0 Z]. set (z := rate_maj r gamma) in *. set (z' := rate_maj r gamma') in *.
  assert (PS : 0 < share * sqrt r) by (apply Rmult_lt_0_compat; lra).
  assert (D : 0 < share * sqrt r * z + (1 - share)) by (pose proof (Rmult_lt_0_compat _ z PS ltac:(lra)); lra).
  assert (D' : 0 < share * sqrt r * z' + (1 - share)) by (pose proof (Rmult_lt_0_compat _ z' PS ltac:(lra)); lra).
  apply Rplus_lt_compat_r, Rmax_lub_lt.
  - apply Rlt_le_trans with (2 := Rmax_l _ _).
    apply (Rmult_lt_reg_r ((share * sqrt r * z + (1 - share)) * (share * sqrt r * z' + (1 - share)))); [apply Rmult_lt_0_compat; assumption|].
    replace (z' * M / (share * sqrt r * z' + (1 - share)) * ((share * sqrt r * z + (1 - share)) * (share * sqrt r * z' + (1 - share))))
      with (share * sqrt r * z * z' * M + (1 - share) * M * z') by (field; lra).
    replace (z * M / (share * sqrt r * z + (1 - share)) * ((share * sqrt r * z + (1 - share)) * (share * sqrt r * z' + (1 - share))))
      with (share * sqrt r * z * z' * M + (1 - share) * M * z) by (field; lra).
    apply Rplus_lt_compat_l, Rmult_lt_compat_l; [apply Rmult_lt_0_compat; lra | exact Z].
  - apply Rlt_le_trans with (2 := Rmax_r _ _). exact Z.
Qed.

Theorem window_rises_from_half gamma gamma' : 1 / 2 <= gamma < gamma' -> window_split share r gamma < window_split share r gamma'.
Proof.
  intros [L L']. rewrite !window_after by lra. destruct middle_rate_range as [S [M0 J]].
  destruct (rate_maj_decreasing gamma gamma' L') as [Z0 Z]. set (z := rate_maj r gamma) in *. set (z' := rate_maj r gamma') in *.
  assert (PS : 0 < share * sqrt r) by (apply Rmult_lt_0_compat; lra). pose proof (Rmult_lt_compat_l _ _ _ PS Z) as PZ.
  assert (D' : 0 < share * sqrt r * z' + (1 - share)) by (pose proof (Rmult_lt_0_compat _ z' PS ltac:(lra)); lra).
  apply Rplus_lt_compat_r, Rmax_lub_lt.
  - apply Rlt_le_trans with (2 := Rmax_l _ _). apply Rmult_lt_compat_l; [exact M0|]. apply Rinv_lt_contravar; [apply Rmult_lt_0_compat|]; lra.
  - apply Rlt_le_trans with (2 := Rmax_r _ _). apply Rinv_lt_contravar; [apply Rmult_lt_0_compat|]; lra.
Qed.
End Monotone.
