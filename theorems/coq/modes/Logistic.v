(* The logistic law of one mode.

   Along each singular direction i of the label matrix the logit amplitude s_i obeys
        s' = 2 lambda s (sigma - s),
   sigma > 0 the singular value, lambda > 0 the effective weight of the direction (lambda = 1
   for the unweighted loss).  This file gives the closed form, its uniqueness, its limit, and
   the half-amplitude time.

   Hypotheses everywhere: sigma > 0, lambda > 0, 0 < s0 < sigma.
   Computed by: ufm_theory::dynamics::ModeDynamics::{amplitude, half_amplitude_time}.
   Source: arXiv:2601.12011 (closed form, ODE, interpolation); uniqueness and the half-amplitude
   time: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* Amplitude at time t of the mode (sigma, lambda) started at s0. *)
Definition s (sigma lambda s0 t : R) : R :=
  sigma / (1 + (sigma / s0 - 1) * exp (-2 * sigma * lambda * t)).

(* Half-amplitude time: when s reaches sigma / 2. *)
Definition t_half (sigma lambda s0 : R) : R :=
  ln (sigma / s0 - 1) / (2 * sigma * lambda).

(* exp (c t) -> 0 for c < 0. *)
Lemma lim_exp_neg c : c < 0 -> is_lim (fun t : R => exp (c * t)) p_infty 0.
Proof.
  intros Hc. apply (is_lim_comp exp (fun t => c * t) p_infty 0 m_infty).
  - exact is_lim_exp_m.
  - replace m_infty with (Rbar_mult c p_infty).
    + apply is_lim_scal_l, is_lim_id.
    + unfold Rbar_mult, Rbar_mult'. destruct (Rle_dec 0 c); [exfalso; lra | reflexivity].
  - exists 0. intros y _. discriminate.
Qed.

Section Logistic.
Variables sigma lambda : R.
Hypothesis Hsigma : 0 < sigma.
Hypothesis Hlambda : 0 < lambda.

Lemma ratio_pos s0 : 0 < s0 < sigma -> 0 < sigma / s0 - 1.
Proof.
  intros [H0 H1].
  replace (sigma / s0 - 1) with ((sigma - s0) / s0) by (field; lra).
  apply Rdiv_lt_0_compat; lra.
Qed.

Lemma den_pos s0 t : 0 < s0 < sigma ->
  0 < 1 + (sigma / s0 - 1) * exp (-2 * sigma * lambda * t).
Proof.
  intros H. pose proof (ratio_pos s0 H). pose proof (exp_pos (-2 * sigma * lambda * t)).
  nra.
Qed.

(* The closed form starts at s0. *)
Theorem s_initial s0 : 0 < s0 < sigma -> s sigma lambda s0 0 = s0.
Proof.
  intros H. unfold s. rewrite Rmult_0_r, exp_0. field. lra.
Qed.

(* The closed form solves the mode ODE at every time.
   Computed by dynamics::ModeDynamics::amplitude, its derivative by ::velocity. *)
Theorem s_ode s0 (t : R) : 0 < s0 < sigma ->
  is_derive (s sigma lambda s0) t
    (2 * lambda * s sigma lambda s0 t * (sigma - s sigma lambda s0 t)).
Proof.
  intros H. pose proof (den_pos s0 t H) as Hd. unfold s.
  generalize dependent (sigma / s0 - 1). intros A Hd.
  auto_derive.
  - lra.
  - field. lra.
Qed.

(* The amplitude stays strictly between 0 and sigma. *)
Theorem s_range s0 t : 0 < s0 < sigma -> 0 < s sigma lambda s0 t < sigma.
Proof.
  intros H. pose proof (den_pos s0 t H) as Hd. pose proof (ratio_pos s0 H) as HA.
  pose proof (exp_pos (-2 * sigma * lambda * t)) as HE. unfold s. split.
  - apply Rdiv_lt_0_compat; lra.
  - apply Rlt_div_l; [exact Hd|].
    assert (0 < (sigma / s0 - 1) * exp (-2 * sigma * lambda * t)) by (apply Rmult_lt_0_compat; lra).
    nra.
Qed.

(* The amplitude is strictly increasing in time. *)
Theorem s_increasing s0 t u : 0 < s0 < sigma -> t < u ->
  s sigma lambda s0 t < s sigma lambda s0 u.
Proof.
  intros H Htu. pose proof (den_pos s0 t H) as Ht. pose proof (den_pos s0 u H) as Hu.
  pose proof (ratio_pos s0 H) as HA. unfold s, Rdiv. apply Rmult_lt_compat_l; [exact Hsigma|].
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; assumption|].
  assert (exp (-2 * sigma * lambda * u) < exp (-2 * sigma * lambda * t)); [|unfold Rdiv in *; nra].
  apply exp_increasing. assert (0 < sigma * lambda) by nra. nra.
Qed.

(* A linear scalar ODE F' = a F with F 0 = 0 and a bounded on [0, T] has F = 0 there. *)
Lemma linear_ode_zero (a F : R -> R) M T :
  (forall t, 0 <= t <= T -> a t <= M) ->
  (forall t, 0 <= t <= T -> is_derive F t (a t * F t)) ->
  F 0 = 0 -> forall t, 0 <= t <= T -> F t = 0.
Proof.
  intros HM HF F0 t Ht.
  set (G := fun u => F u * F u * exp (- (2 * M) * u)).
  assert (HG : forall u, 0 <= u <= T -> is_derive G u (2 * (a u - M) * G u)).
  { intros u Hu. pose proof (HF u Hu) as Du. unfold G. auto_derive.
    - split; [|split; [|exact I]]; exists (a u * F u); exact Du.
    - rewrite (is_derive_unique _ _ _ Du : Derive (fun x => F x) u = _). ring. }
  assert (HG0 : forall u, 0 <= G u).
  { intros u. unfold G. apply Rmult_le_pos; [apply Rle_0_sqr | left; apply exp_pos]. }
  destruct (MVT_gen G 0 t (fun u => 2 * (a u - M) * G u)) as [c [Hc E]].
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu. apply HG. lra.
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu.
    apply continuity_pt_filterlim, (ex_derive_continuous G u). eexists. apply HG. lra.
  - rewrite Rmin_left, Rmax_right in Hc by lra.
    assert (G t <= 0).
    { assert (G 0 = 0) as G0 by (unfold G; rewrite F0; ring).
      pose proof (HM c ltac:(lra)) as HMc. pose proof (HG0 c) as HGc. clearbody G.
      assert (0 <= (M - a c) * G c) by (apply Rmult_le_pos; lra).
      assert (0 <= (M - a c) * G c * t) by (apply Rmult_le_pos; lra). nra. }
    pose proof (HG0 t). assert (Gt : G t = 0) by lra. unfold G in Gt.
    pose proof (exp_pos (- (2 * M) * t)).
    apply Rmult_integral in Gt. destruct Gt as [Gt|]; [|lra].
    apply Rmult_integral in Gt. lra.
Qed.

(* Uniqueness: any function that solves the mode ODE for t >= 0 and starts at s0 in (0, sigma)
   is the closed form; nothing is assumed about its later sign or size. *)
Theorem s_unique s0 (y : R -> R) : 0 < s0 < sigma -> y 0 = s0 ->
  (forall t, 0 <= t -> is_derive y t (2 * lambda * y t * (sigma - y t))) ->
  forall t, 0 <= t -> y t = s sigma lambda s0 t.
Proof.
  intros H Hy0 Hy t Ht. pose proof (den_pos s0 t H) as HD. unfold s.
  set (A := sigma / s0 - 1) in *.
  set (F := fun u => y u * (1 + A * exp (-2 * sigma * lambda * u)) - sigma).
  cut (F t = 0).
  { intros E0. unfold F in E0. apply (Rmult_eq_reg_r (1 + A * exp (-2 * sigma * lambda * t))); [|lra].
    generalize dependent (exp (-2 * sigma * lambda * t)). intros E HD E0.
    replace (sigma / (1 + A * E) * (1 + A * E)) with sigma by (field; lra). lra. }
  destruct (continuity_ab_min y 0 t Ht) as [m Hm].
  { intros u Hu. apply continuity_pt_filterlim, (ex_derive_continuous y u).
    eexists. apply Hy. lra. }
  apply (linear_ode_zero (fun u => -2 * lambda * y u) F (-2 * lambda * y m) t); [| | |lra].
  - intros u Hu. pose proof (proj1 Hm u Hu). nra.
  - intros u Hu. pose proof (Hy u ltac:(lra)) as Du. unfold F. auto_derive.
    + eexists; exact Du.
    + rewrite (is_derive_unique _ _ _ Du : Derive (fun x => y x) u = _). ring.
  - unfold F, A. rewrite Rmult_0_r, exp_0, Hy0. field. lra.
Qed.

(* Interpolation: the amplitude tends to sigma. *)
Theorem s_limit s0 : 0 < s0 < sigma -> is_lim (s sigma lambda s0) p_infty sigma.
Proof.
  intros H. unfold s. set (A := sigma / s0 - 1).
  replace (Finite sigma) with (Finite (sigma / (1 + A * 0))) by (f_equal; field; lra).
  apply (is_lim_comp_continuous (fun t => exp (-2 * sigma * lambda * t))
                                (fun e => sigma / (1 + A * e))).
  - apply lim_exp_neg. nra.
  - apply (ex_derive_continuous (fun e : R => sigma / (1 + A * e)) 0).
    auto_derive. lra.
Qed.

(* At the half-amplitude time the amplitude is half of its limit.
   Computed by dynamics::ModeDynamics::half_amplitude_time. *)
Theorem s_at_t_half s0 : 0 < s0 < sigma ->
  s sigma lambda s0 (t_half sigma lambda s0) = sigma / 2.
Proof.
  intros H. pose proof (ratio_pos s0 H) as HA. unfold s, t_half.
  replace (-2 * sigma * lambda * (ln (sigma / s0 - 1) / (2 * sigma * lambda)))
    with (- ln (sigma / s0 - 1)) by (field; lra).
  rewrite exp_Ropp, exp_ln, Rinv_r by lra. reflexivity.
Qed.

(* It is the only such time. *)
Theorem t_half_unique s0 t : 0 < s0 < sigma ->
  s sigma lambda s0 t = sigma / 2 -> t = t_half sigma lambda s0.
Proof.
  intros H E. pose proof (s_at_t_half s0 H) as E'.
  destruct (Rtotal_order t (t_half sigma lambda s0)) as [L|[L|L]]; [|exact L|];
    apply (s_increasing s0 _ _ H) in L; lra.
Qed.

(* The half-amplitude time is positive exactly when the mode starts below half its limit. *)
Theorem t_half_pos s0 : 0 < s0 < sigma -> (0 < t_half sigma lambda s0 <-> s0 < sigma / 2).
Proof.
  intros H. rewrite <- (s_initial s0 H) at 2. rewrite <- (s_at_t_half s0 H). split.
  - intros L. apply s_increasing; assumption.
  - intros L. destruct (Rlt_or_le 0 (t_half sigma lambda s0)) as [|[L'|E]]; [assumption| |].
    + apply (s_increasing s0 _ _ H) in L'. lra.
    + rewrite E in L. lra.
Qed.
End Logistic.
