(* Learning times of one mode as the initialisation shrinks.

   The mode (sigma, lambda) starts from one of
     plain spectral initialisation    s0 = exp(-2 delta),
     scaled spectral initialisation   s0 = sigma exp(-2 delta),
   and time is measured in units of delta (t = delta tau).  The learning time is
   T = 1 / (sigma lambda): below it nothing is learned, above it everything is, as delta grows.

   Hypotheses everywhere: sigma > 0, lambda > 0; those on delta are stated where needed.
   Computed by: ufm_theory::learning_time::{limiting, normalised, first_order}; starts: ufm_theory::start::Start.
   Source: arXiv:2601.12011 (the two limits at tau <> T and T = 1 / sigma for lambda = 1);
   the half-amplitude time, its expansion and the scaled start: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic.
Open Scope R_scope.

Definition s0_plain (delta : R) : R := exp (-2 * delta).
Definition s0_scaled (sigma delta : R) : R := sigma * exp (-2 * delta).

(* Limit learning time, in units of delta. *)
Definition learning_time (sigma lambda : R) : R := 1 / (sigma * lambda).

(* Relative amplitude at time delta tau from the plain start. *)
Definition rel (sigma lambda delta tau : R) : R :=
  s sigma lambda (s0_plain delta) (delta * tau) / sigma.

(* exp(-2 delta) in terms of exp(2 delta). *)
Lemma exp_m2 delta : exp (-2 * delta) = / exp (2 * delta).
Proof. rewrite <- exp_Ropp. f_equal. ring. Qed.

(* exp(2 delta) > 2 when delta > ln 2 / 2. *)
Lemma exp2_gt2 delta : ln 2 / 2 < delta -> 2 < exp (2 * delta).
Proof. intros H. rewrite <- (exp_ln 2) at 1 by lra. apply exp_increasing. lra. Qed.

Section LearningTime.
Variables sigma lambda : R.
Hypothesis Hsigma : 0 < sigma.
Hypothesis Hlambda : 0 < lambda.

Lemma rel_eq delta tau :
  rel sigma lambda delta tau =
  / (1 + (sigma * exp (2 * delta) - 1) * exp (-2 * sigma * lambda * (delta * tau))).
Proof.
  unfold rel, s, s0_plain. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
  replace (sigma / / exp (2 * delta)) with (sigma * exp (2 * delta)) by (field; lra).
  unfold Rdiv. rewrite (Rmult_comm sigma), Rmult_assoc, Rinv_r, Rmult_1_r; lra.
Qed.

(* eventually sigma exp(2 delta) >= 2 *)
Lemma big_exp : Rbar_locally' p_infty (fun d => 2 <= sigma * exp (2 * d)).
Proof.
  exists (/ sigma). intros d Hd.
  assert (0 < / sigma) by (apply Rinv_0_lt_compat; lra).
  assert (1 + 2 * d < exp (2 * d)) by (apply exp_ineq1; lra).
  assert (sigma * / sigma = 1) by (field; lra). nra.
Qed.

(* Before T nothing is learned: s(delta tau) / sigma -> 0 when tau < 1 / (sigma lambda).
   T is computed by learning_time::limiting, the fraction by dynamics::ModeDynamics::fraction. *)
Theorem not_learned_before tau : tau < learning_time sigma lambda ->
  is_lim (fun delta => rel sigma lambda delta tau) p_infty 0.
Proof.
  unfold learning_time. intros Ht. assert (Hsl : 0 < sigma * lambda) by nra.
  assert (Hst : sigma * lambda * tau < 1).
  { apply Rlt_div_r in Ht; [|lra]. lra. }
  apply (is_lim_le_le_loc (fun _ => 0)
           (fun d => 2 / sigma * exp (-2 * (1 - sigma * lambda * tau) * d))).
  - generalize big_exp. apply filter_imp. intros d Hd. rewrite rel_eq.
    set (E := exp (-2 * sigma * lambda * (d * tau))).
    assert (HE : 0 < E) by apply exp_pos.
    replace (exp (-2 * (1 - sigma * lambda * tau) * d)) with (/ (exp (2 * d) * E)).
    2:{ unfold E. rewrite <- exp_plus, <- exp_Ropp. f_equal. ring. }
    pose proof (exp_pos (2 * d)) as HG. set (G := exp (2 * d)) in *.
    assert (HGE : 0 < G * E) by nra.
    assert (Hden : sigma / 2 * (G * E) <= 1 + (sigma * G - 1) * E) by nra.
    assert (Hpos : 0 < sigma / 2 * (G * E)) by nra.
    split.
    + left. apply Rinv_0_lt_compat. lra.
    + replace (2 / sigma * / (G * E)) with (/ (sigma / 2 * (G * E))) by (field; lra).
      apply Rinv_le_contravar; lra.
  - apply is_lim_const.
  - replace (Finite 0) with (Rbar_mult (2 / sigma) 0) by (simpl; f_equal; ring).
    apply is_lim_scal_l, lim_exp_neg. lra.
Qed.

(* After T all is learned: s(delta tau) / sigma -> 1 when tau > 1 / (sigma lambda). *)
Theorem learned_after tau : learning_time sigma lambda < tau ->
  is_lim (fun delta => rel sigma lambda delta tau) p_infty 1.
Proof.
  unfold learning_time. intros Ht. assert (Hsl : 0 < sigma * lambda) by nra.
  assert (Hst : 1 < sigma * lambda * tau).
  { apply Rlt_div_l in Ht; [|lra]. lra. }
  apply (is_lim_ext (fun d =>
     / (1 + (sigma * exp (-2 * (sigma * lambda * tau - 1) * d)
             - exp (-2 * (sigma * lambda * tau) * d))))).
  { intros d. rewrite rel_eq.
    replace (-2 * (sigma * lambda * tau - 1) * d)
      with (2 * d + -2 * sigma * lambda * (d * tau)) by ring.
    replace (-2 * (sigma * lambda * tau) * d) with (-2 * sigma * lambda * (d * tau)) by ring.
    rewrite exp_plus. f_equal. ring. }
  replace (Finite 1) with (Rbar_inv (1 + (sigma * 0 - 0))) by (simpl; f_equal; field).
  apply is_lim_inv.
  - apply (is_lim_plus' (fun _ => 1)); [apply is_lim_const|].
    apply is_lim_minus'.
    + apply (is_lim_scal_l _ sigma _ 0), lim_exp_neg. lra.
    + apply lim_exp_neg. lra.
  - intros E. injection E. lra.
Qed.

(* From the scaled start the half-amplitude time is ln(exp(2 delta) - 1) / (2 sigma lambda):
   delta enters only through a factor common to all modes. *)
Theorem t_half_scaled delta :
  t_half sigma lambda (s0_scaled sigma delta) = ln (exp (2 * delta) - 1) / (2 * sigma * lambda).
Proof.
  unfold t_half, s0_scaled. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
  do 3 f_equal. field. lra.
Qed.

(* From the plain start it is ln(sigma exp(2 delta) - 1) / (2 sigma lambda). *)
Theorem t_half_plain delta :
  t_half sigma lambda (s0_plain delta) =
  ln (sigma * exp (2 * delta) - 1) / (2 * sigma * lambda).
Proof.
  unfold t_half, s0_plain. rewrite exp_m2. pose proof (exp_pos (2 * delta)).
  do 3 f_equal. field. lra.
Qed.

(* The rate: t_half = delta / (sigma lambda) + ln sigma / (2 sigma lambda) + o(1), plain start.
   The expansion is computed by learning_time::first_order. *)
Theorem t_half_expansion :
  is_lim (fun delta => t_half sigma lambda (s0_plain delta)
                       - (delta / (sigma * lambda) + ln sigma / (2 * sigma * lambda)))
    p_infty 0.
Proof.
  apply (is_lim_ext_loc (fun d => ln (1 - / sigma * exp (-2 * d)) * / (2 * sigma * lambda))).
  - generalize big_exp. apply filter_imp. intros d Hd. rewrite t_half_plain, exp_m2.
    pose proof (exp_pos (2 * d)) as HG.
    replace (sigma * exp (2 * d) - 1)
      with (sigma * (exp (2 * d) * (1 - / sigma * / exp (2 * d)))) by (field; lra).
    assert (0 < 1 - / sigma * / exp (2 * d)).
    { rewrite <- Rinv_mult.
      assert (/ (sigma * exp (2 * d)) <= / 2) by (apply Rinv_le_contravar; lra). lra. }
    rewrite ln_mult, ln_mult, ln_exp; try lra; [field; nra|].
    apply Rmult_lt_0_compat; lra.
  - replace (Finite 0) with (Finite (ln (1 - / sigma * 0) * / (2 * sigma * lambda))).
    2:{ f_equal. rewrite Rmult_0_r, Rminus_0_r, ln_1. ring. }
    apply (is_lim_comp_continuous (fun d => exp (-2 * d))
             (fun e => ln (1 - / sigma * e) * / (2 * sigma * lambda))).
    + apply lim_exp_neg. lra.
    + apply (ex_derive_continuous (fun e : R => ln (1 - / sigma * e) * / (2 * sigma * lambda)) 0).
      generalize (/ sigma) (/ (2 * sigma * lambda)). intros a b. auto_derive. lra.
Qed.

(* Hence t_half / delta -> 1 / (sigma lambda), plain start.
   The quotient is computed by learning_time::normalised. *)
Theorem t_half_over_delta :
  is_lim (fun delta => t_half sigma lambda (s0_plain delta) / delta)
    p_infty (learning_time sigma lambda).
Proof.
  set (a := ln sigma / (2 * sigma * lambda)).
  set (r := fun d => t_half sigma lambda (s0_plain d) - (d / (sigma * lambda) + a)).
  apply (is_lim_ext_loc (fun d => 1 / (sigma * lambda) + (a + r d) * / d)).
  - exists 0. intros d Hd. unfold r. field. nra.
  - unfold learning_time.
    replace (Finite (1 / (sigma * lambda))) with (Finite (1 / (sigma * lambda) + (a + 0) * 0))
      by (f_equal; ring).
    apply is_lim_plus'; [apply is_lim_const|].
    apply (is_lim_mult (fun d => a + r d) Rinv p_infty (a + 0) 0); [| |exact I].
    + apply is_lim_plus'; [apply is_lim_const|]. exact t_half_expansion.
    + replace (Finite 0) with (Rbar_inv p_infty) by reflexivity.
      apply is_lim_inv; [apply is_lim_id | discriminate].
Qed.
End LearningTime.
