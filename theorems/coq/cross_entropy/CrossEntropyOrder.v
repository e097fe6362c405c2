(* Both groups of one flow of the weighted cross-entropy: the limit of the ratio of their half times, and which is first without weights.

   STEP labels, k = p + q classes, p >= 2 majority ones of m_maj samples and q >= 2 minority ones of m_min, R = m_maj / m_min; class
   weights n_c^(-gamma).  From the start of scale e^(-delta), plain or scaled, half of a majority mode a is learned at some t_maj, half of a
   minority mode c at some t_min, and
        t_min / t_maj -> R^(1/2 - gamma)   as delta -> infinity,
   for any flow from such a start at every delta; from the scaled start without weights t_maj < t_min for R >= 2, delta >= 1.

   Hypotheses: p, q >= 2; m_maj, m_min > 0; any map of samples to classes with these counts; Q has orthonormal columns; W and H follow the
   flow (there is one: CrossEntropyWellPosed.v).
   Computed by: ufm_theory::cross_entropy, ufm_simulation::{CrossEntropyFlow, ReducedCrossEntropyFlow} from Initialisation::spectral.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Lia Psatz Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import LearningTime Window FiniteSums Flow StepModes ExactWindow ExactMatrices StepFlow StepWindow.
From UFM Require Import CrossEntropy CrossEntropyTimes CrossEntropySymmetry CrossEntropyFlow CrossEntropyStep CrossEntropySecond.
Open Scope R_scope.

(* The latest half time of groups of q classes, in a closed form. *)
Lemma latest_of_early q delta : (2 <= q)%nat -> ln 2 / 2 < delta -> latest_of (INR q) delta < delta - 1 / 5.
Proof.
  intros Hq Hd. destruct (upper_bound_attained q 1 delta Hq Rlt_0_1 Hd) as [x [x0 [D F]]].
  rewrite <- (Rdiv_1 (latest_of (INR q) delta)), <- (Rdiv_1 (delta - 1 / 5)).
  apply (group_half_time_early 1 delta _ Rlt_0_1 Hd).
  exists x, (fun t => advantage q 0 0 1 (x t) 0 (fun _ => 0)). split; [|split; assumption].
  apply (softmax_group_mode q 0 0 1 1 x (fun _ => 0) (fun _ _ => 0)); [lia | lia | lia | exact D].
Qed.

(* Two times with bounds of this form, and their ratio. *)
Lemma ratio_between rho1 rho2 d1 d2 t1 t2 : 0 < rho1 -> 0 < rho2 -> ln 2 / 2 < d1 -> ln 2 / 2 < d2 ->
  (d1 - ln 2 / 2) / rho1 <= t1 <= (d1 - 1 / 5) / rho1 -> (d2 - ln 2 / 2) / rho2 <= t2 <= (d2 - 1 / 5) / rho2 ->
  (d2 - ln 2 / 2) / (d1 - 1 / 5) * (rho1 / rho2) <= t2 / t1 <= (d2 - 1 / 5) / (d1 - ln 2 / 2) * (rho1 / rho2).
Proof.
  intros H1 H2 D1 D2 [L1 U1] [L2 U2].
  apply Rle_div_l in L1; [|exact H1]. apply Rle_div_r in U1; [|exact H1].
  apply Rle_div_l in L2; [|exact H2]. apply Rle_div_r in U2; [|exact H2].
  assert (P1 : 0 < t1) by nra. pose proof (Rdiv_lt_0_compat _ _ H1 H2) as P.
  replace (t2 / t1) with (t2 * rho2 / (t1 * rho1) * (rho1 / rho2)) by (field; lra).
  set (y1 := t1 * rho1) in *. set (y2 := t2 * rho2) in *. clearbody y1 y2.
  split; (apply Rmult_le_compat_r; [lra|]); unfold Rdiv.
  - apply Rmult_le_compat; try lra; [left; apply Rinv_0_lt_compat; lra|]. apply Rinv_le_contravar; lra.
  - apply Rmult_le_compat; try lra; [left; apply Rinv_0_lt_compat; lra|]. apply Rinv_le_contravar; lra.
Qed.

(* So that it is near its limit from some scale on. *)
Lemma ratio_near rho1 rho2 e1 e2 eps : 0 < rho1 -> 0 < rho2 -> 0 < eps -> exists M, forall delta t1 t2, M < delta ->
  (delta + e1 - ln 2 / 2) / rho1 <= t1 <= (delta + e1 - 1 / 5) / rho1 ->
  (delta + e2 - ln 2 / 2) / rho2 <= t2 <= (delta + e2 - 1 / 5) / rho2 ->
  Rabs (t2 / t1 - rho1 / rho2) < eps.
Proof.
  intros H1 H2 He. set (l := rho1 / rho2).
  assert (L : forall a c, is_lim (fun d => (d - a) / (d - c) * l) p_infty l).
  { intros a c. rewrite <- (Rmult_1_l l) at 1. apply (is_lim_scal_r _ _ _ 1), quotient_limit. }
  assert (N : forall a c, Rbar_locally' p_infty (fun d => Rabs ((d - a) / (d - c) * l - l) < eps)).
  { intros a c. pose proof (proj2 (is_lim_spec _ _ _) (L a c) (mkposreal eps He)) as S. exact S. }
  destruct (N (ln 2 / 2 - e2) (1 / 5 - e1)) as [M1 B1]. destruct (N (1 / 5 - e2) (ln 2 / 2 - e1)) as [M2 B2].
  exists (Rmax (Rmax M1 M2) (Rmax (ln 2 / 2 - e1) (ln 2 / 2 - e2))). intros delta t1 t2 HM T1 T2.
  pose proof (Rmax_l (Rmax M1 M2) (Rmax (ln 2 / 2 - e1) (ln 2 / 2 - e2))). pose proof (Rmax_r (Rmax M1 M2) (Rmax (ln 2 / 2 - e1) (ln 2 / 2 - e2))).
  pose proof (Rmax_l M1 M2). pose proof (Rmax_r M1 M2).
  pose proof (Rmax_l (ln 2 / 2 - e1) (ln 2 / 2 - e2)). pose proof (Rmax_r (ln 2 / 2 - e1) (ln 2 / 2 - e2)).
  pose proof (ratio_between rho1 rho2 (delta + e1) (delta + e2) t1 t2 H1 H2 ltac:(lra) ltac:(lra) T1 T2) as B. fold l in B.
  specialize (B1 delta ltac:(lra)). specialize (B2 delta ltac:(lra)).
  replace (delta - (ln 2 / 2 - e2)) with (delta + e2 - ln 2 / 2) in B1 by ring.
  replace (delta - (1 / 5 - e1)) with (delta + e1 - 1 / 5) in B1 by ring.
  replace (delta - (1 / 5 - e2)) with (delta + e2 - 1 / 5) in B2 by ring.
  replace (delta - (ln 2 / 2 - e1)) with (delta + e1 - ln 2 / 2) in B2 by ring.
  apply Rabs_lt_between in B1. apply Rabs_lt_between in B2. apply Rabs_lt_between. lra.
Qed.

Section Step.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (2 <= p)%nat) (Hq : (2 <= q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).
Notation start := (spectral_start p q N d y m_maj m_min Q).

(* The flow of the cross-entropy with weights of the groups, and the fraction of a mode that is learned. *)
Definition cross_entropy_flow (om : bool -> R) (W H : R -> nat -> nat -> R) : Prop :=
  follows k d N W H (fun t => drive k y (fun j => om (sample_group p y j)) (mul d (W t) (H t))).
Definition learned_fraction (W H : R -> nat -> nat -> R) (c : nat) (t : R) : R :=
  amplitude k N U V (mul d (W t) (H t)) c c / sigma c.

Lemma group_sigma c : (0 < c)%nat -> sigma c = sqrt (if majority p c then m_maj else m_min).
Proof. intros Hc. destruct c as [|c]; [lia|]. reflexivity. Qed.

(* Half times of both groups from a start that is scaled by e^(-delta) and a factor of each group. *)
Lemma both_half_times om W H w0 delta (e : bool -> R) : (forall b, 0 < om b) -> cross_entropy_flow om W H ->
  start w0 (W 0) (H 0) -> (forall b, ln 2 / 2 < delta + e b) -> (forall c, 0 <= w0 c) ->
  (forall c, (0 < c < r)%nat -> w0 c * w0 c = sigma c * exp (-2 * (delta + e (majority p c)))) ->
  forall a c, (0 < a < p)%nat -> (p <= c < r)%nat -> exists t_maj t_min,
    first_half (learned_fraction W H a) t_maj /\ first_half (learned_fraction W H c) t_min /\
    (delta + e true - ln 2 / 2) / (sigma a * om true) <= t_maj <= (delta + e true - 1 / 5) / (sigma a * om true) /\
    (delta + e false - ln 2 / 2) / (sigma c * om false) <= t_min <= (delta + e false - 1 / 5) / (sigma c * om false).
Proof.
  intros Hom F S0 Hd W0 E a c Ha Hc.
  assert (HA : forall c, (0 < c < r)%nat -> w0 c = sqrt (sqrt (if majority p c then m_maj else m_min) * exp (-2 * (delta + e (majority p c))))).
  { intros b Hb. rewrite <- group_sigma, <- E by lia. symmetry. apply sqrt_square, W0. }
  set (eta := fun b : bool => sqrt (sqrt (if b then m_maj else m_min) * exp (-2 * (delta + e b)))).
  assert (Ma : majority p a = true) by (apply Nat.ltb_lt; lia).
  assert (Mc : majority p c = false) by (apply Nat.ltb_ge; lia).
  pose proof (E a ltac:(lia)) as Ea. pose proof (E c ltac:(lia)) as Ec. rewrite Ma in Ea. rewrite Mc in Ec.
  destruct (cross_entropy_step_half_time p q N d y m_maj m_min Q Hp ltac:(lia) Hmaj Hmin Hy counts HQ om w0 eta W H (Hom true) HA S0 F
    a Ha (delta + e true) (Hd true) Ea) as [t1 [F1 B1]].
  destruct (cross_entropy_second_half_time p q N d y m_maj m_min Q ltac:(lia) Hq Hmaj Hmin Hy counts HQ om w0 eta W H (Hom false) HA S0 F
    c (delta + e false) Hc (Hd false) Ec) as [t2 [F2 B2]].
  exists t1, t2. split; [exact F1|]. split; [exact F2|].
  assert (X : forall n b x, (2 <= n)%nat -> 0 < sigma b * x -> forall del, ln 2 / 2 < del ->
    latest_of (INR n) del / (sigma b * x) <= (del - 1 / 5) / (sigma b * x)).
  { intros n b x Hn Hx del Hdel. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat, Hx|].
    left. apply latest_of_early; assumption. }
  assert (PS : forall b g, 0 < sigma b * om g).
  { intros b g. apply Rmult_lt_0_compat; [|apply Hom]. apply (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min Hmaj Hmin b). }
  pose proof (X p a (om true) Hp (PS a true) _ (Hd true)). pose proof (X q c (om false) Hq (PS c false) _ (Hd false)). lra.
Qed.

(* The rates of both groups. *)
Lemma rate_ratio gamma a c : (0 < a < p)%nat -> (p <= c < r)%nat ->
  sigma a * power_weight m_maj m_min gamma true / (sigma c * power_weight m_maj m_min gamma false)
  = Rpower (m_maj / m_min) (1 / 2 - gamma).
Proof.
  intros Ha Hc. rewrite (group_sigma a), (group_sigma c) by lia.
  replace (majority p a) with true by (symmetry; apply Nat.ltb_lt; lia).
  replace (majority p c) with false by (symmetry; apply Nat.ltb_ge; lia).
  rewrite <- !Rpower_half by assumption. unfold power_weight. rewrite <- !Rpower_plus. unfold Rdiv at 1. unfold Rpower.
  rewrite <- exp_Ropp, <- exp_plus. f_equal. unfold Rdiv at 4.
  rewrite ln_mult, ln_Rinv by (try apply Rinv_0_lt_compat; assumption). ring.
Qed.

(* As delta grows the ratio of the half times tends to R^(1/2 - gamma): from the plain start and from the scaled one. *)
Theorem cross_entropy_ratio_of_times gamma eps : 0 < eps -> exists M, forall delta W H, M < delta ->
  cross_entropy_flow (power_weight m_maj m_min gamma) W H ->
  start (fun _ => exp (- delta)) (W 0) (H 0) \/ start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  forall a c, (0 < a < p)%nat -> (p <= c < r)%nat -> exists t_maj t_min,
    first_half (learned_fraction W H a) t_maj /\ first_half (learned_fraction W H c) t_min /\
    Rabs (t_min / t_maj - Rpower (m_maj / m_min) (1 / 2 - gamma)) < eps.
Proof.
  intros He. set (om := power_weight m_maj m_min gamma).
  assert (Hom : forall b, 0 < om b) by (intros b; apply exp_pos).
  pose proof (sqrt_lt_R0 _ Hmaj) as S1. pose proof (sqrt_lt_R0 _ Hmin) as S2.
  set (rho1 := sqrt m_maj * om true). set (rho2 := sqrt m_min * om false).
  assert (R1 : 0 < rho1) by (apply Rmult_lt_0_compat; [exact S1 | apply Hom]).
  assert (R2 : 0 < rho2) by (apply Rmult_lt_0_compat; [exact S2 | apply Hom]).
  set (e := fun b : bool => ln (sqrt (if b then m_maj else m_min)) / 2).
  destruct (ratio_near rho1 rho2 (e true) (e false) eps R1 R2 He) as [M1 N1].
  destruct (ratio_near rho1 rho2 0 0 eps R1 R2 He) as [M2 N2].
  set (L := ln 2 / 2).
  exists (Rmax (Rmax M1 M2) (Rmax L (Rmax (L - e true) (L - e false)))). intros delta W H HM F S0 a c Ha Hc.
  assert (B : M1 < delta /\ M2 < delta /\ L < delta /\ L < delta + e true /\ L < delta + e false).
  { pose proof (Rmax_l (Rmax M1 M2) (Rmax L (Rmax (L - e true) (L - e false)))).
    pose proof (Rmax_r (Rmax M1 M2) (Rmax L (Rmax (L - e true) (L - e false)))).
    pose proof (Rmax_l M1 M2). pose proof (Rmax_r M1 M2).
    pose proof (Rmax_l L (Rmax (L - e true) (L - e false))). pose proof (Rmax_r L (Rmax (L - e true) (L - e false))).
    pose proof (Rmax_l (L - e true) (L - e false)). pose proof (Rmax_r (L - e true) (L - e false)). lra. }
  destruct B as [B1 [B2 [B3 [B4 B5]]]].
  assert (Ea : sigma a = sqrt m_maj).
  { rewrite group_sigma by lia. replace (majority p a) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity. }
  assert (Ec : sigma c = sqrt m_min).
  { rewrite group_sigma by lia. replace (majority p c) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity. }
  pose proof (rate_ratio gamma a c Ha Hc) as RR. fold om in RR. rewrite Ea, Ec in RR. fold rho1 rho2 in RR.
  destruct S0 as [S0 | S0].
  - destruct (both_half_times om W H (fun _ => exp (- delta)) delta e Hom F S0) with (a := a) (c := c) as [t1 [t2 [F1 [F2 [T1 T2]]]]];
      try assumption.
    + intros []; assumption.
    + intros b. left. apply exp_pos.
    + intros b Hb. rewrite group_sigma by lia. set (s := sqrt (if majority p b then m_maj else m_min)).
      assert (Hs : 0 < s) by (unfold s; destruct (majority p b); assumption).
      unfold e. fold s. replace (-2 * (delta + ln s / 2)) with (- delta + - delta + - ln s) by field.
      rewrite !exp_plus, (exp_Ropp (ln s)), exp_ln by exact Hs. field. lra.
    + exists t1, t2. split; [exact F1|]. split; [exact F2|]. rewrite <- RR. rewrite Ea in T1. rewrite Ec in T2.
      apply (N1 delta); assumption.
  - destruct (both_half_times om W H (fun c => sqrt (sigma c * exp (-2 * delta))) delta (fun _ => 0) Hom F S0) with (a := a) (c := c)
      as [t1 [t2 [F1 [F2 [T1 T2]]]]]; try assumption.
    + intros b. fold L. lra.
    + intros b. apply sqrt_pos.
    + intros b Hb. rewrite Rplus_0_r. apply sqrt_sqrt, Rlt_le, Rmult_lt_0_compat; [|apply exp_pos].
      apply (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min Hmaj Hmin b).
    + exists t1, t2. split; [exact F1|]. split; [exact F2|]. rewrite <- RR. rewrite Ea in T1. rewrite Ec in T2.
      apply (N2 delta); assumption.
Qed.

(* From the scaled start without weights (gamma = 0: all are 1) the majority is first, for R >= 2 and delta >= 1. *)
Theorem cross_entropy_majority_first delta W H : 2 <= m_maj / m_min -> 1 <= delta ->
  cross_entropy_flow (power_weight m_maj m_min 0) W H -> start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  forall a c, (0 < a < p)%nat -> (p <= c < r)%nat -> exists t_maj t_min,
    first_half (learned_fraction W H a) t_maj /\ first_half (learned_fraction W H c) t_min /\ t_maj < t_min.
Proof.
  intros HR Hd F S0 a c Ha Hc.
  assert (one : forall b, power_weight m_maj m_min 0 b = 1).
  { intros b. unfold power_weight. rewrite Ropp_0. apply Rpower_O. destruct b; assumption. }
  assert (L2 : ln 2 < 18 / 25).
  { rewrite <- (ln_exp (18 / 25)). apply ln_increasing; [lra|].
    assert (E : exp (9 / 200) ^ 16 = exp (18 / 25)) by (simpl; rewrite Rmult_1_r, <- !exp_plus; f_equal; field).
    pose proof (exp_ineq1_le (9 / 200)). pose proof (pow_incr (209 / 200) (exp (9 / 200)) 16 ltac:(lra)) as P.
    rewrite E in P. simpl in P. lra. }
  destruct (both_half_times (power_weight m_maj m_min 0) W H (fun c => sqrt (sigma c * exp (-2 * delta))) delta (fun _ => 0)
    (fun _ => exp_pos _) F S0)
    with (a := a) (c := c) as [t1 [t2 [F1 [F2 [T1 T2]]]]]; try assumption.
  - intros b. lra.
  - intros b. apply sqrt_pos.
  - intros b Hb. rewrite Rplus_0_r. apply sqrt_sqrt, Rlt_le, Rmult_lt_0_compat; [|apply exp_pos].
    apply (step_sigma_pos p q ltac:(lia) ltac:(lia) m_maj m_min Hmaj Hmin b).
  - exists t1, t2. split; [exact F1|]. split; [exact F2|].
    rewrite one, (group_sigma a), Rmult_1_r in T1 by lia. rewrite one, (group_sigma c), Rmult_1_r in T2 by lia.
    replace (majority p a) with true in T1 by (symmetry; apply Nat.ltb_lt; lia).
    replace (majority p c) with false in T2 by (symmetry; apply Nat.ltb_ge; lia).
    apply Rle_div_r in HR; [|exact Hmin]. pose proof (sqrt_lt_R0 _ Hmaj) as S1. pose proof (sqrt_lt_R0 _ Hmin) as S2.
    pose proof (sqrt_sqrt m_maj ltac:(lra)) as Q1. pose proof (sqrt_sqrt m_min ltac:(lra)) as Q2.
    destruct T1 as [_ U]. destruct T2 as [V _]. apply Rle_div_r in U; [|exact S1]. apply Rle_div_l in V; [|exact S2].
    set (s1 := sqrt m_maj) in *. set (s2 := sqrt m_min) in *.
    assert (X : 7 / 5 * s2 <= s1).
    { apply Rnot_lt_le. intros C. assert (s1 * s1 < 7 / 5 * s2 * (7 / 5 * s2)) by (apply Rmult_le_0_lt_compat; lra). nra. }
    apply (Rmult_lt_reg_r s1); [exact S1|]. apply Rle_lt_trans with (1 := U).
    apply Rlt_le_trans with (7 / 5 * (t2 * s2)); [lra|].
    replace (7 / 5 * (t2 * s2)) with (t2 * (7 / 5 * s2)) by ring. apply Rmult_le_compat_l; [|exact X].
    apply F2.
Qed.
End Step.
