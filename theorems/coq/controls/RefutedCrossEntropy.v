(* False neighbours of the theorems on the cross-entropy, refuted.

   Each statement below differs from a theorem on the cross-entropy in one detail, and its negation is proved, mostly from
   the two solutions that attain the bounds.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import LearningTime FiniteSums Flow ExactWindow CrossEntropy CrossEntropyTimes CrossEntropySymmetry.
Open Scope R_scope.

Lemma ln2_numbers : 2 / 5 < ln 2 < 18 / 25.
Proof.
  split; [apply Rlt_trans with (ln (3 / 2)); apply ln_3_2|].
  rewrite <- (ln_exp (18 / 25)). apply ln_increasing; [lra|].
  assert (E : exp (9 / 200) ^ 16 = exp (18 / 25)) by (simpl; rewrite Rmult_1_r, <- !exp_plus; f_equal; field).
  pose proof (exp_ineq1_le (9 / 200)). pose proof (pow_incr (209 / 200) (exp (9 / 200)) 16 ltac:(lra)) as P.
  rewrite E in P. simpl in P. lra.
Qed.

(* The latest half time from delta = 10. *)
Lemma latest_10 : 10 - ln 2 / 2 + 11 / 100 < latest 10.
Proof.
  pose proof ln2_numbers. pose proof (latest_range 10 ltac:(lra)) as [L _]. rewrite exp_m2 in L.
  pose proof (exp_ineq1_le (2 * 10)). assert (/ exp (2 * 10) <= / 21) by (apply Rinv_le_contravar; lra). lra.
Qed.

(* The half time may be before that of the upper bound's constant (neighbour of group_half_time_bounds). *)
Theorem not_lower_bound_1_5 :
  ~ (forall rho delta tc, 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta tc -> (delta - 1 / 5) / rho <= tc).
Proof.
  intros H. pose proof ln2_numbers.
  pose proof (H 1 10 _ ltac:(lra) ltac:(lra) (lower_bound_attained 1 10 ltac:(lra) ltac:(lra))). lra.
Qed.

(* Nor is 1 / 4 a constant for the upper bound (neighbour of group_half_time_early). *)
Theorem not_upper_bound_1_4 :
  ~ (forall rho delta tc, 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta tc -> tc < (delta - 1 / 4) / rho).
Proof.
  intros H. pose proof ln2_numbers. pose proof latest_10.
  pose proof (H 1 10 _ ltac:(lra) ltac:(lra) (latest_attained 1 10 ltac:(lra) ltac:(lra))). lra.
Qed.

(* The advantage is not at most a quarter of the fraction (neighbour of advantage_bounds, ceiling_at_most_half). *)
Theorem not_advantage_at_most_quarter :
  ~ (forall q m c d x b z, (c < q)%nat -> (d < q)%nat -> c <> d -> 0 <= x -> advantage q m c d x b z <= x / 4).
Proof.
  intros H. pose proof (H 2%nat 0%nat 0%nat 1%nat 1 0 (fun _ => 0) ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lra)) as L.
  rewrite advantage_two_classes in L. unfold ceiling in L. pose proof (exp_ineq1_le 1).
  apply (proj1 (Rle_div_l _ _ (exp 1 + 1) ltac:(lra))) in L. lra.
Qed.

(* Over a class of the other group there need be no advantage (neighbour of advantage_bounds). *)
Theorem not_ahead_of_the_other_group :
  ~ (forall q m c d x b z, (c < q)%nat -> (d < q + m)%nat -> c <> d -> 0 <= x -> 0 <= advantage q m c d x b z).
Proof.
  intros H. pose proof (H 1%nat 1%nat 0%nat 1%nat 0 0 (fun _ => 1) ltac:(lia) ltac:(lia) ltac:(lia) ltac:(lra)) as L.
  unfold advantage, softmax, logits in L. simpl in L. rewrite !Rplus_0_l, exp_0 in L.
  pose proof (exp_ineq1_le 1). replace (1 / (1 + exp 1) - exp 1 / (1 + exp 1)) with (- ((exp 1 - 1) / (1 + exp 1))) in L
    by (field; lra).
  assert (0 < (exp 1 - 1) / (1 + exp 1)) by (apply Rdiv_lt_0_compat; lra). lra.
Qed.

(* Groups of equal rates need not be learned at the same time (neighbour of half_time_ratio). *)
Theorem not_same_time_at_equal_rates :
  ~ (forall rho delta t_maj t_min, 0 < rho -> ln 2 / 2 < delta ->
       group_half_time rho delta t_maj -> group_half_time rho delta t_min -> t_maj = t_min).
Proof.
  intros H. pose proof ln2_numbers. pose proof latest_10.
  pose proof (H 1 10 _ _ ltac:(lra) ltac:(lra) (latest_attained 1 10 ltac:(lra) ltac:(lra))
    (lower_bound_attained 1 10 ltac:(lra) ltac:(lra))). lra.
Qed.

(* The majority need not be first at every imbalance (neighbour of majority_first_vanilla). *)
Theorem not_majority_first_at_any_imbalance :
  ~ (forall r delta t_maj t_min, 1 < r -> ln 2 / 2 < delta ->
       group_half_time (sqrt r) delta t_maj -> group_half_time 1 delta t_min -> t_maj < t_min).
Proof.
  intros H. pose proof ln2_numbers. pose proof latest_10.
  assert (E : sqrt (Rsqr (1001 / 1000)) = 1001 / 1000) by (apply sqrt_Rsqr; lra).
  assert (L : latest 10 / (1001 / 1000) < (10 - ln 2 / 2) / 1); [|lra].
  apply (H (Rsqr (1001 / 1000)) 10); [unfold Rsqr; lra | lra | rewrite E; apply latest_attained; lra |].
  apply lower_bound_attained; lra.
Qed.

(* Logits need not be symmetric from any start (neighbour of symmetric_for_ever): with weights 0 nothing moves. *)
Theorem not_symmetric_from_any_start :
  ~ (forall k d N cl weight p s W H, label_symmetry k N cl weight p s ->
       follows k d N W H (fun t => drive k cl weight (mul d (W t) (H t))) ->
       forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) (p i) (s j) = mul d (W t) (H t) i j).
Proof.
  intros H. pose proof (H 2%nat 1%nat 2%nat (fun j => j) (fun _ => 0) (swap 0 1) (swap 0 1)
    (fun _ i _ => INR i) (fun _ _ _ => 1)) as E.
  cut (INR 1 = INR 0); [simpl; lra|].
  assert (X : mul 1 (fun i _ => INR i) (fun _ _ => 1) (swap 0 1 0) (swap 0 1 0) = mul 1 (fun i _ => INR i) (fun _ _ => 1) 0 0).
  { apply (E) with (t := 0); [| |lra|lia|lia].
    - split; [apply swap_involution|]. split.
      + intros i Hi. destruct (swap_cases 0 1 i) as [[_ ->]|[[_ [_ ->]]|[_ [_ ->]]]]; lia.
      + intros j Hj. rewrite swap_involution. repeat split.
        destruct (swap_cases 0 1 j) as [[_ ->]|[[_ [_ ->]]|[_ [_ ->]]]]; lia.
    - split.
      + intros t i l _ _ _. replace (mul _ _ _ _ _) with 0; [apply (is_derive_const (INR i))|].
        unfold mul, drive. symmetry. rewrite (sum_ext 2 _ (fun _ => 0)); [apply sum_zero | intros; ring].
      + intros t l j _ _ _. replace (mul _ _ _ _ _) with 0; [apply (is_derive_const 1)|].
        unfold mul, drive. symmetry. rewrite (sum_ext 2 _ (fun _ => 0)); [apply sum_zero | intros; ring]. }
  unfold mul in X. simpl in X. simpl. lra.
Qed.

(* Nor is the bound for groups of q classes that of q + 1 (neighbour of group_half_time_of_classes): two classes alone are at theirs. *)
Theorem not_half_time_of_one_more_class :
  ~ (forall q rho delta x g tc, 2 <= q -> 0 < rho -> ln 2 / 2 < delta ->
       group_mode rho x g -> (forall t, 0 <= t -> g t <= ceiling_of q (x t)) -> x 0 = exp (-2 * delta) ->
       first_half x tc -> tc <= latest_of (q + 1) delta / rho).
Proof.
  intros H. pose proof ln2_numbers as N. pose proof latest_10 as L. assert (Hd : ln 2 / 2 < 10) by lra.
  destruct (upper_bound_attained 2 1 10 (le_n 2) ltac:(lra) Hd) as [x [x0 [D F]]].
  pose proof (H 2 1 10 x (fun t => advantage 2 0 0 1 (x t) 0 (fun _ => 0)) (latest_of (INR 2) 10 / 1)
    ltac:(lra) ltac:(lra) Hd) as B.
  assert (C : latest_of (INR 2) 10 / 1 <= latest_of (2 + 1) 10 / 1).
  { apply B; [|intros t _; rewrite advantage_no_others by lia; right; reflexivity | exact x0 | exact F].
    apply (softmax_group_mode 2 0 0 1 1 x (fun _ => 0) (fun _ _ => 0)); [lia | lia | lia | exact D]. }
  unfold latest, latest_of in L, C. simpl INR in C. replace (1 + 1) with 2 in C by ring.
  set (I := RInt (fun u => (exp u - 1) / u) (exp (-2 * 10)) (1 / 2)) in *. lra.
Qed.
