(* Half times of modes within groups under the cross-entropy, from the scaled start: to a constant, in order, and in ratio.

   From x(0) = exp (-2 delta) the half time times rho is between delta - ln 2 / 2 and that plus 1/2q times the integral of
   (exp x - 1) / x up to 1/2, for any q less than delta - ln (3 / 2) / 2 < delta - 1 / 5: earlier than under the squared loss, and two
   groups are learned in the ratio of their rates as delta grows.

   Hypotheses: rho > 0, delta > ln 2 / 2; the equation of CrossEntropy.v.
   Computed by: ufm_theory::cross_entropy, ufm_simulation::CrossEntropyFlow.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Psatz Arith.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window ExactWindow CrossEntropy.
Open Scope R_scope.

(* ln (3 / 2) / 2 = 0.2027... *)
Lemma ln_3_2 : 2 / 5 < ln (3 / 2) < ln 2.
Proof.
  split; [|apply ln_increasing; lra]. rewrite <- (ln_exp (2 / 5)). apply ln_increasing; [apply exp_pos|].
  assert (E : exp (- (1 / 40)) ^ 16 = / exp (2 / 5)).
  { rewrite <- exp_Ropp. simpl. rewrite Rmult_1_r, <- !exp_plus. f_equal. field. }
  pose proof (exp_ineq1_le (- (1 / 40))). pose proof (pow_incr (39 / 40) (exp (- (1 / 40))) 16 ltac:(lra)) as P.
  rewrite E in P. pose proof (exp_pos (2 / 5)) as He.
  apply (Rmult_le_compat_l (exp (2 / 5))) in P; [|lra]. rewrite Rinv_r in P by lra. simpl in P. lra.
Qed.

Lemma scaled_range delta : ln 2 / 2 < delta -> 0 < exp (-2 * delta) < 1 / 2.
Proof.
  intros H. apply exp2_gt2 in H. rewrite exp_m2. split; [apply Rinv_0_lt_compat; lra|].
  replace (1 / 2) with (/ 2) by field. apply Rinv_lt_contravar; lra.
Qed.

(* Times the rate, the latest half time of groups of q classes, and of any. *)
Definition latest_of (q delta : R) : R :=
  delta - ln 2 / 2 + RInt (fun u => (exp u - 1) / u) (exp (-2 * delta)) (1 / 2) / (2 * q).
Definition latest (delta : R) : R := latest_of 2 delta.

Lemma above_integrable e u : 0 < e < 1 / 2 -> Rmin e (1 / 2) <= u <= Rmax e (1 / 2) ->
  0 < u /\ continuous (fun v => (exp v - 1) / v) u.
Proof.
  intros He Hu. rewrite Rmin_left in Hu by lra. split; [lra|].
  apply (ex_derive_continuous (fun v : R => (exp v - 1) / v) u). auto_derive. lra.
Qed.

Lemma latest_integral q delta : 2 <= q -> ln 2 / 2 < delta ->
  RInt (fun u => (exp u + (q - 1)) / (q * u)) (exp (-2 * delta)) (1 / 2) = 2 * latest_of q delta.
Proof.
  intros Hq Hd. unfold latest_of. pose proof (scaled_range delta Hd) as He.
  assert (El : ln (exp (-2 * delta)) = -2 * delta) by apply ln_exp.
  set (e := exp (-2 * delta)) in *. clearbody e. set (f := fun u => (exp u - 1) / u).
  assert (I1 : is_RInt f e (1 / 2) (RInt f e (1 / 2))).
  { apply (@RInt_correct R_CompleteNormedModule), (ex_RInt_continuous f). intros u Hu.
    apply (above_integrable e u He Hu). }
  assert (I2 : is_RInt (fun u => / u) e (1 / 2) (ln (1 / 2) - ln e)).
  { apply (is_RInt_derive ln (fun u => / u)); intros u Hu; destruct (above_integrable e u He Hu) as [P _].
    - apply is_derive_Reals, derivable_pt_lim_ln, P.
    - apply (ex_derive_continuous Rinv u). auto_derive. lra. }
  replace (ln (1 / 2)) with (- ln 2) in I2 by (rewrite <- ln_Rinv by lra; f_equal; field).
  pose proof (is_RInt_plus _ _ _ _ _ _ (is_RInt_scal _ _ _ (/ q) _ I1) I2) as I3.
  apply is_RInt_unique. replace (2 * (delta - ln 2 / 2 + RInt f e (1 / 2) / (2 * q)))
    with (plus (scal (/ q) (RInt f e (1 / 2))) (- ln 2 - ln e)).
  2:{ unfold plus, scal; simpl; unfold mult; simpl. rewrite El. field. lra. }
  apply (is_RInt_ext (fun u => plus (scal (/ q) (f u)) (/ u))); [|exact I3].
  intros u Hu. assert (P : 0 < u) by (apply (above_integrable e u He); lra).
  unfold plus, scal, f; simpl; unfold mult; simpl. field. lra.
Qed.

Section Scaled.
Variables rho delta tc : R.
Hypotheses (Hrho : 0 < rho) (Hdelta : ln 2 / 2 < delta).
Hypothesis half : group_half_time rho delta tc.

(* A closed form. *)
Theorem scaled_half_time_at_most : 2 * rho * tc <= ln ((2 * exp (2 * delta) - 1) / 3).
Proof.
  destruct half as [x [g [mode [x0 F]]]]. pose proof (scaled_range delta Hdelta) as H0. rewrite <- x0 in H0.
  pose proof (half_time_bounds rho x g Hrho H0 mode tc F) as [_ U]. rewrite x0, exp_m2 in U.
  pose proof (exp_pos (2 * delta)). replace (2 / / exp (2 * delta)) with (2 * exp (2 * delta)) in U by (field; lra).
  exact U.
Qed.

(* The half time, to a constant. *)
Theorem group_half_time_bounds : (delta - ln 2 / 2) / rho <= tc < (delta - ln (3 / 2) / 2) / rho.
Proof.
  split.
  - destruct half as [x [g [mode [x0 F]]]]. pose proof (scaled_range delta Hdelta) as H0. rewrite <- x0 in H0.
    pose proof (half_time_bounds rho x g Hrho H0 mode tc F) as [L _]. rewrite x0 in L, H0.
    unfold Rdiv in L. rewrite Rmult_1_l, ln_Rinv, ln_mult, ln_exp in L by lra.
    apply Rle_div_l; [exact Hrho|]. lra.
  - pose proof scaled_half_time_at_most as U. pose proof (exp2_gt2 delta Hdelta).
    assert (V : ln ((2 * exp (2 * delta) - 1) / 3) < ln (exp (2 * delta) * / (3 / 2))) by (apply ln_increasing; lra).
    rewrite ln_mult, ln_exp, ln_Rinv in V by lra. apply Rlt_div_r; [exact Hrho|]. lra.
Qed.

Theorem group_half_time_early : tc < (delta - 1 / 5) / rho.
Proof.
  apply Rlt_trans with (1 := proj2 group_half_time_bounds). apply Rmult_lt_compat_r; [|pose proof ln_3_2; lra].
  apply Rinv_0_lt_compat, Hrho.
Qed.
End Scaled.

(* The sharp upper bound for groups of q classes, from any scale. *)
Theorem group_half_time_of_classes q rho delta x g tc : 2 <= q -> 0 < rho -> ln 2 / 2 < delta ->
  group_mode rho x g -> (forall t, 0 <= t -> g t <= ceiling_of q (x t)) -> x 0 = exp (-2 * delta) ->
  first_half x tc -> tc <= latest_of q delta / rho.
Proof.
  intros Hq Hr Hd mode Hg x0 F. pose proof (scaled_range delta Hd) as H0. rewrite <- x0 in H0.
  pose proof (half_time_at_most_integral rho x g Hr H0 mode q Hq tc Hg F) as U.
  rewrite x0, latest_integral in U by assumption. apply Rle_div_r; [exact Hr|]. lra.
Qed.

(* And for any: that of two. *)
Theorem group_half_time_sharp rho delta tc : 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta tc ->
  tc <= latest delta / rho.
Proof.
  intros Hr Hd [x [g [mode [x0 F]]]]. pose proof (scaled_range delta Hd) as H0. rewrite <- x0 in H0.
  apply (group_half_time_of_classes 2 rho delta x g); try assumption; [lra|].
  intros t Ht. rewrite ceiling_of_two. apply (mode t Ht). left. apply (group_positive rho x g Hr H0 mode t Ht).
Qed.

(* The cross-entropy is earlier than the squared loss. *)
Theorem earlier_than_squared sigma omega delta tc : 0 < sigma -> 0 < omega -> ln 2 / 2 < delta ->
  group_half_time (sigma * omega) delta tc -> tc < t_half sigma omega (s0_scaled sigma delta).
Proof.
  intros Hs Ho Hd H. assert (Hr : 0 < sigma * omega) by (apply Rmult_lt_0_compat; assumption).
  pose proof (scaled_half_time_at_most _ _ _ Hr Hd H) as U. rewrite t_half_scaled by assumption.
  pose proof (exp2_gt2 delta Hd).
  assert (V : ln ((2 * exp (2 * delta) - 1) / 3) < ln (exp (2 * delta) - 1)) by (apply ln_increasing; lra).
  apply Rlt_div_r; lra.
Qed.

(* Any solution from the scaled start has a half time: the bounds above are about something. *)
Theorem group_half_time_exists rho delta x g : 0 < rho -> ln 2 / 2 < delta ->
  group_mode rho x g -> x 0 = exp (-2 * delta) -> exists tc, group_half_time rho delta tc.
Proof.
  intros Hr Hd mode x0. destruct (group_half_exists rho x g Hr) as [tc F]; [|exact mode|].
  - rewrite x0. apply scaled_range, Hd.
  - exists tc, x, g. auto.
Qed.

(* With g = 0 the solution is exponential; the lower bound is attained. *)
Theorem exponential_mode rho delta : group_mode rho (fun t => exp (2 * rho * t - 2 * delta)) (fun _ => 0).
Proof.
  intros t Ht. split.
  - auto_derive; [exact I | unfold Rminus; ring].
  - intros H. split; [lra|]. apply ceiling_range, H.
Qed.

Theorem lower_bound_attained rho delta : 0 < rho -> ln 2 / 2 < delta ->
  group_half_time rho delta ((delta - ln 2 / 2) / rho).
Proof.
  intros Hr Hd. exists (fun t => exp (2 * rho * t - 2 * delta)), (fun _ => 0).
  split; [apply exponential_mode|]. split; [f_equal; ring|].
  assert (E : exp (2 * rho * ((delta - ln 2 / 2) / rho) - 2 * delta) = 1 / 2).
  { replace (2 * rho * ((delta - ln 2 / 2) / rho) - 2 * delta) with (- ln 2) by (field; lra).
    rewrite exp_Ropp, exp_ln by lra. field. }
  split; [apply Rdiv_le_0_compat; lra|]. split; [exact E|].
  intros t Ht. rewrite <- E. apply exp_increasing. nra.
Qed.

(* A group alone attains its upper bound. *)
Theorem upper_bound_attained q rho delta : (2 <= q)%nat -> 0 < rho -> ln 2 / 2 < delta ->
  exists x : R -> R, x 0 = exp (-2 * delta) /\
    (forall t, 0 <= t -> is_derive x t (2 * rho * x t * (1 - advantage q 0 0 1 (x t) 0 (fun _ => 0)))) /\
    first_half x (latest_of (INR q) delta / rho).
Proof.
  intros Hq Hr Hd. assert (Q : 2 <= INR q) by (apply (le_INR 2), Hq).
  destruct (group_alone_solution q rho (exp (-2 * delta)) Hq (exp_pos _)) as [x [x0 D]].
  exists x. split; [exact x0|]. split; [intros t _; apply D|].
  pose proof (softmax_group_mode q 0 0 1 rho x (fun _ => 0) (fun _ _ => 0)
    ltac:(lia) ltac:(lia) ltac:(lia) (fun t _ => D t)) as mode.
  pose proof (scaled_range delta Hd) as H0. rewrite <- x0 in H0.
  destruct (group_half_exists rho x _ Hr H0 mode) as [tc F].
  pose proof (half_time_is_integral rho x _ Hr H0 mode (INR q) Q tc (fun t _ => advantage_no_others q (x t) 0 _ Hq) F) as E.
  rewrite x0, latest_integral in E by assumption.
  replace (latest_of (INR q) delta / rho) with tc; [exact F|]. apply (Rmult_eq_reg_l rho); [|lra].
  replace (rho * (latest_of (INR q) delta / rho)) with (latest_of (INR q) delta) by (field; lra). lra.
Qed.

Theorem latest_attained rho delta : 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta (latest delta / rho).
Proof.
  intros Hr Hd. destruct (upper_bound_attained 2 rho delta (le_n 2) Hr Hd) as [x [x0 [D F]]].
  exists x, (fun t => advantage 2 0 0 1 (x t) 0 (fun _ => 0)). split; [|split; assumption].
  apply (softmax_group_mode 2 0 0 1 rho x (fun _ => 0) (fun _ _ => 0)); [lia | lia | lia | exact D].
Qed.

(* In numbers: the bounds differ by less than ln (4 / 3) / 2 = 0.1438..., and by at least nearly 1 / 8. *)
Theorem latest_range delta : ln 2 / 2 < delta ->
  delta - ln 2 / 2 + 1 / 8 - exp (-2 * delta) / 4 <= latest delta < delta - ln (3 / 2) / 2.
Proof.
  intros Hd. split.
  - unfold latest, latest_of. pose proof (scaled_range delta Hd) as He. set (e := exp (-2 * delta)) in *. clearbody e.
    assert (L : RInt (fun _ => 1) e (1 / 2) <= RInt (fun u => (exp u - 1) / u) e (1 / 2)); [|rewrite RInt_const in L].
    { apply RInt_le; [lra | apply ex_RInt_const | |].
      - apply (ex_RInt_continuous (fun u => (exp u - 1) / u)). intros u Hu. apply (above_integrable e u He Hu).
      - intros u Hu. pose proof (exp_ineq1_le u). apply Rle_div_r; lra. }
    unfold scal in L; simpl in L; unfold mult in L; simpl in L. lra.
  - pose proof (group_half_time_bounds 1 delta _ ltac:(lra) Hd (latest_attained 1 delta ltac:(lra) Hd)). lra.
Qed.

(* Two groups from the same scale: the ratio of the half times is that of the rates, nearly. *)
Section TwoGroups.
Variables rho_maj rho_min : R.
Hypotheses (Hmaj : 0 < rho_maj) (Hmin : 0 < rho_min).

Lemma half_time_normalised rho delta tc : 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta tc ->
  0 < delta - ln 2 / 2 <= rho * tc /\ rho * tc <= delta - 1 / 5.
Proof.
  intros Hr Hd H. pose proof (group_half_time_bounds _ _ _ Hr Hd H) as [L _].
  pose proof (group_half_time_early _ _ _ Hr Hd H) as U.
  apply Rle_div_l in L; [|exact Hr]. apply Rlt_div_r in U; [|exact Hr]. lra.
Qed.

Theorem half_time_ratio delta t_maj t_min : ln 2 / 2 < delta ->
  group_half_time rho_maj delta t_maj -> group_half_time rho_min delta t_min ->
  (delta - ln 2 / 2) / (delta - 1 / 5) * (rho_maj / rho_min) <= t_min / t_maj
  <= (delta - 1 / 5) / (delta - ln 2 / 2) * (rho_maj / rho_min).
Proof.
  intros Hd H1 H2. pose proof (half_time_normalised _ _ _ Hmaj Hd H1) as [A1 B1].
  pose proof (half_time_normalised _ _ _ Hmin Hd H2) as [A2 B2].
  assert (P1 : 0 < t_maj) by nra. pose proof (Rdiv_lt_0_compat _ _ Hmaj Hmin) as Hq.
  replace (t_min / t_maj) with (rho_min * t_min / (rho_maj * t_maj) * (rho_maj / rho_min)) by (field; lra).
  set (y1 := rho_maj * t_maj) in *. set (y2 := rho_min * t_min) in *. clearbody y1 y2.
  split; (apply Rmult_le_compat_r; [lra|]); unfold Rdiv.
  - apply Rmult_le_compat; try lra; [left; apply Rinv_0_lt_compat; lra|]. apply Rinv_le_contravar; lra.
  - apply Rmult_le_compat; try lra; [left; apply Rinv_0_lt_compat; lra|]. apply Rinv_le_contravar; lra.
Qed.

(* The faster group is first as soon as the rates differ by more than that. *)
Theorem faster_group_first delta t_maj t_min : ln 2 / 2 < delta ->
  (delta - 1 / 5) / (delta - ln 2 / 2) < rho_maj / rho_min ->
  group_half_time rho_maj delta t_maj -> group_half_time rho_min delta t_min -> t_maj < t_min.
Proof.
  intros Hd Hq H1 H2. pose proof (half_time_normalised _ _ _ Hmaj Hd H1) as [A1 B1].
  pose proof (half_time_normalised _ _ _ Hmin Hd H2) as [A2 B2].
  apply (proj1 (Rlt_div_l _ _ _ (proj1 A1))) in Hq. apply (Rmult_lt_compat_r rho_min) in Hq; [|exact Hmin].
  replace (rho_maj / rho_min * (delta - ln 2 / 2) * rho_min) with (rho_maj * (delta - ln 2 / 2)) in Hq by (field; lra).
  apply (Rmult_lt_reg_l (rho_maj * rho_min)); [apply Rmult_lt_0_compat; assumption|].
  assert (rho_maj * t_maj * rho_min <= (delta - 1 / 5) * rho_min) by (apply Rmult_le_compat_r; lra).
  assert (rho_maj * (delta - ln 2 / 2) <= rho_maj * (rho_min * t_min)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma quotient_limit a c : is_lim (fun d => (d - a) / (d - c)) p_infty 1.
Proof.
  apply (is_lim_ext_loc (fun d => 1 + (c - a) * / (d - c))).
  - exists c. intros d Hd. field. lra.
  - replace (Finite 1) with (Finite (1 + (c - a) * 0)) by (f_equal; ring).
    apply is_lim_plus'; [apply is_lim_const|]. apply (is_lim_scal_l _ (c - a) _ 0).
    replace (Finite 0) with (Rbar_inv p_infty) by reflexivity. apply is_lim_inv; [|discriminate].
    apply (is_lim_minus _ _ _ p_infty c); [apply is_lim_id | apply is_lim_const | reflexivity].
Qed.

(* As the start shrinks the ratio of the half times tends to that of the rates. *)
Theorem half_time_ratio_limit (t_maj t_min : R -> R) :
  (forall delta, ln 2 / 2 < delta -> group_half_time rho_maj delta (t_maj delta)) ->
  (forall delta, ln 2 / 2 < delta -> group_half_time rho_min delta (t_min delta)) ->
  is_lim (fun delta => t_min delta / t_maj delta) p_infty (rho_maj / rho_min).
Proof.
  intros H1 H2.
  apply (is_lim_le_le_loc (fun d => (d - ln 2 / 2) / (d - 1 / 5) * (rho_maj / rho_min))
    (fun d => (d - 1 / 5) / (d - ln 2 / 2) * (rho_maj / rho_min))).
  - exists (ln 2 / 2). intros d Hd. apply half_time_ratio; auto.
  - rewrite <- (Rmult_1_l (rho_maj / rho_min)) at 1. apply (is_lim_scal_r _ _ _ 1), quotient_limit.
  - rewrite <- (Rmult_1_l (rho_maj / rho_min)) at 1. apply (is_lim_scal_r _ _ _ 1), quotient_limit.
Qed.
End TwoGroups.

(* STEP with imbalance r (R in the text) and weights n^(-gamma): the rates of Window.v. *)
Theorem step_ratio_limit r gamma (t_maj t_min : R -> R) :
  (forall delta, ln 2 / 2 < delta -> group_half_time (rate_maj r gamma) delta (t_maj delta)) ->
  (forall delta, ln 2 / 2 < delta -> group_half_time rate_min delta (t_min delta)) ->
  is_lim (fun delta => t_min delta / t_maj delta) p_infty (Rpower r (1 / 2 - gamma)).
Proof.
  intros H1 H2. replace (Rpower r (1 / 2 - gamma)) with (rate_maj r gamma / rate_min)
    by (unfold rate_maj, rate_min; field).
  apply half_time_ratio_limit; [apply exp_pos | unfold rate_min; lra | exact H1 | exact H2].
Qed.

(* Without weights sqrt r; at gamma = 1/2, one. *)
Theorem step_ratio_limit_vanilla r (t_maj t_min : R -> R) : 0 < r ->
  (forall delta, ln 2 / 2 < delta -> group_half_time (sqrt r) delta (t_maj delta)) ->
  (forall delta, ln 2 / 2 < delta -> group_half_time 1 delta (t_min delta)) ->
  is_lim (fun delta => t_min delta / t_maj delta) p_infty (sqrt r).
Proof.
  intros Hr H1 H2. rewrite <- (Rdiv_1 (sqrt r)).
  apply half_time_ratio_limit; [apply sqrt_lt_R0, Hr | lra | exact H1 | exact H2].
Qed.

Theorem step_ratio_limit_half r (t_maj t_min : R -> R) : 0 < r ->
  (forall delta, ln 2 / 2 < delta -> group_half_time (rate_maj r (1 / 2)) delta (t_maj delta)) ->
  (forall delta, ln 2 / 2 < delta -> group_half_time rate_min delta (t_min delta)) ->
  is_lim (fun delta => t_min delta / t_maj delta) p_infty 1.
Proof.
  intros Hr H1 H2. rewrite <- (Rpower_O r Hr). replace 0 with (1 / 2 - 1 / 2) by ring.
  apply step_ratio_limit; assumption.
Qed.

(* Without weights the majority is first, at any such imbalance. *)
Theorem majority_first_vanilla r delta t_maj t_min : 0 < r -> ln 2 / 2 < delta ->
  (delta - 1 / 5) / (delta - ln 2 / 2) < sqrt r ->
  group_half_time (sqrt r) delta t_maj -> group_half_time 1 delta t_min -> t_maj < t_min.
Proof.
  intros Hr Hd Hq. apply (faster_group_first (sqrt r) 1 (sqrt_lt_R0 r Hr) ltac:(lra) delta); [exact Hd|].
  rewrite Rdiv_1. exact Hq.
Qed.
