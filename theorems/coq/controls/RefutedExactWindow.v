(* False neighbours of the theorems on the exact flow, refuted.

   Each statement below differs from a theorem of ExactFlow.v or ExactWindow.v in one detail, and its
   negation is proved, from the solution without imbalance.  Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic Window ExactFlow ExactWindow.
Open Scope R_scope.

Lemma ln2_below_2 : 0 < ln 2 / 2 < 1.
Proof.
  assert (0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra).
  pose proof (exp_ineq1 2 ltac:(lra)). pose proof (ln_increasing 2 (exp 2) ltac:(lra) ltac:(lra)) as L.
  rewrite ln_exp in L. lra.
Qed.

Lemma scale_1 : 0 < exp (-2 * 1) < 1.
Proof.
  split; [apply exp_pos|]. pose proof (exp_increasing (-2 * 1) 0 ltac:(lra)) as L. rewrite exp_0 in L. exact L.
Qed.

(* The contrast mode need not be at its half before the groups (neighbour of half_time_exists). *)
Theorem not_half_before_the_groups :
  ~ (forall share r delta w a b tc, 0 < share < 1 -> 1 <= r -> ln 2 / 2 < delta ->
       exact_flow share r w a b -> scaled_start share r delta w a b -> first_half (fraction share r w a b) tc ->
       tc < group_half delta).
Proof.
  intros H. pose proof ln2_below_2. apply (Rlt_irrefl (group_half 1)).
  eapply (H (1 / 2) 1 1); [lra | lra | lra | | | apply balanced_first_half; lra];
    [apply balanced_solution | apply balanced_start]; lra.
Qed.

(* The window is not positive for every imbalance (neighbour of exact_window_bound). *)
Theorem not_exact_window_positive :
  ~ (forall share r delta w a b tc, 0 < share < 1 -> 1 <= r -> ln 2 / 2 < delta ->
       exact_flow share r w a b -> scaled_start share r delta w a b -> first_half (fraction share r w a b) tc ->
       0 < exact_window delta tc).
Proof.
  intros H. pose proof ln2_below_2. pose proof (group_half_pos 1 ltac:(lra)) as HT.
  assert (L : 0 < exact_window 1 (group_half 1)).
  { eapply (H (1 / 2) 1 1); [lra | lra | lra | | | apply balanced_first_half; lra];
      [apply balanced_solution | apply balanced_start]; lra. }
  unfold exact_window, relative_spread, last_of, first_of in L.
  rewrite !(Rmax_left (group_half 1) (group_half 1)), !(Rmin_left (group_half 1) (group_half 1)) in L by lra.
  replace (group_half 1 / group_half 1 - 1) with 0 in L by (field; lra). lra.
Qed.

(* The law above the contrast mode cannot be slowed down by a hundredth (neighbour of fraction_at_most_logistic). *)
Theorem not_at_most_slower_logistic :
  ~ (forall share r delta w a b t, 0 < share < 1 -> 1 <= r -> ln 2 / 2 < delta ->
       exact_flow share r w a b -> scaled_start share r delta w a b -> 0 <= t ->
       fraction share r w a b t <= s 1 (99 / 100) (exp (-2 * delta)) t).
Proof.
  intros H. pose proof ln2_below_2.
  assert (L : s 1 1 (exp (-2 * 1)) 1 <= s 1 (99 / 100) (exp (-2 * 1)) 1).
  { rewrite <- (balanced_fraction (1 / 2) 1) at 1 by lra.
    apply (H (1 / 2) 1 1); [lra | lra | lra | | | lra]; [apply balanced_solution | apply balanced_start]; lra. }
  replace (s 1 (99 / 100) (exp (-2 * 1)) 1) with (s 1 1 (exp (-2 * 1)) (99 / 100)) in L.
  2:{ unfold s. do 4 f_equal. field. }
  pose proof (s_increasing 1 1 ltac:(lra) ltac:(lra) _ (99 / 100) 1 scale_1 ltac:(lra)). lra.
Qed.

(* Not every scale will do (neighbour of half_time_exists): with exp (2 delta) = sqrt 2 the contrast mode starts
   above its half and never is at it for the first time. *)
Theorem not_half_from_every_scale :
  ~ (forall share r delta w a b, 0 < share < 1 -> 1 <= r -> 0 < delta ->
       exact_flow share r w a b -> scaled_start share r delta w a b -> exists tc, first_half (fraction share r w a b) tc).
Proof.
  intros H. pose proof ln2_below_2. set (d := ln 2 / 4).
  assert (Hd : 0 < d) by (unfold d; lra).
  destruct (H (1 / 2) 1 d _ _ _ ltac:(lra) ltac:(lra) Hd
    (balanced_solution (1 / 2) d ltac:(lra) Hd) (balanced_start (1 / 2) d ltac:(lra) Hd)) as [tc [Ht [E _]]].
  rewrite balanced_fraction in E by lra.
  assert (He : 1 / 2 < exp (-2 * d) < 1).
  { split.
    - replace (1 / 2) with (exp (- ln 2)) by (rewrite exp_Ropp, exp_ln by lra; field).
      apply exp_increasing. unfold d. lra.
    - rewrite <- exp_0. apply exp_increasing. lra. }
  assert (He0 : 0 < exp (-2 * d) < 1) by lra.
  pose proof (s_initial 1 1 ltac:(lra) _ He0) as I0.
  destruct Ht as [Ht | <-]; [|lra].
  pose proof (s_increasing 1 1 ltac:(lra) ltac:(lra) _ 0 tc He0 Ht). lra.
Qed.

(* The sum of the squares is not conserved, only the difference is (neighbour of imbalance_conserved). *)
Theorem not_sum_of_squares_conserved :
  ~ (forall m1 m2 Z1 Z2 w a b t, solves m1 m2 Z1 Z2 w a b -> 0 <= t ->
       Rsqr (w t) + Rsqr (a t) + Rsqr (b t) = Rsqr (w 0) + Rsqr (a 0) + Rsqr (b 0)).
Proof.
  intros H. pose proof (balanced_solution (1 / 2) 1 ltac:(lra) ltac:(lra)) as F.
  pose proof (H _ _ _ _ _ _ _ 1 F ltac:(lra)) as E. cbv beta in E.
  rewrite !Rsqr_mult in E. rewrite !Rsqr_sqrt in E by lra. unfold balanced_classifier in E.
  pose proof (balanced_range 1 ltac:(lra) 0). pose proof (balanced_range 1 ltac:(lra) 1).
  rewrite !Rsqr_sqrt in E by lra.
  pose proof (s_increasing 1 1 ltac:(lra) ltac:(lra) _ 0 1 scale_1 ltac:(lra)). lra.
Qed.
