(* False neighbours of the theorems on both groups of one flow of the cross-entropy, refuted.

   Each statement below differs from a theorem of CrossEntropyOrder.v in one detail, and its negation is proved from a problem with two
   classes of four samples and two of one.  Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Window FiniteSums Flow StepModes ExactWindow ExactMatrices Uniqueness StepFlow StepWindow.
From UFM Require Import CrossEntropy CrossEntropySymmetry CrossEntropyWellPosed CrossEntropyOrder.
Open Scope R_scope.

(* The problem, and its flow from the scaled start at any scale. *)
Lemma a_problem : exists y Q,
  (forall j, (j < 10)%nat -> (y j < 2 + 2)%nat) /\
  (forall c, (c < 2 + 2)%nat -> sum 10 (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority 2 c then 4 else 1) /\
  orthonormal 3 (2 + 2 - 1) Q.
Proof.
  destruct (problems_exist 2 2 4 1) as [y [Q [Hy [HC HQ]]]]; try lia. exists y, Q.
  replace 4 with (INR 4) by (simpl; ring). split; [exact Hy | split; [exact HC | exact HQ]].
Qed.

Lemma a_flow y Q gamma delta : (forall j, (j < 10)%nat -> (y j < 2 + 2)%nat) -> exists W H,
  cross_entropy_flow 2 2 10 3 y (power_weight 4 1 gamma) W H /\
  spectral_start 2 2 10 3 y 4 1 Q (fun c => sqrt (step_sigma 2 2 4 1 c * exp (-2 * delta))) (W 0) (H 0).
Proof.
  intros Hy. destruct (cross_entropy_well_posed (2 + 2) 3 10 y (fun j => power_weight 4 1 gamma (sample_group 2 y j)) Hy)
    with (W0 := fun i l => sum (2 + 2 - 1) (fun c => step_U 2 2 i c * sqrt (step_sigma 2 2 4 1 c * exp (-2 * delta)) * Q l c))
         (H0 := fun l j => sum (2 + 2 - 1) (fun c => step_V 2 2 y 4 1 j c * sqrt (step_sigma 2 2 4 1 c * exp (-2 * delta)) * Q l c))
    as [W [H [EW [EH [F _]]]]].
  - intros j _. left. apply exp_pos.
  - exists W, H. split; [exact F | split; assumption].
Qed.

(* The ratio does not tend to R^(1 - gamma) (neighbour of cross_entropy_ratio_of_times). *)
Theorem not_ratio_of_sizes :
  ~ (forall p q N d y m_maj m_min Q gamma eps, (2 <= p)%nat -> (2 <= q)%nat -> 0 < m_maj -> 0 < m_min ->
       (forall j, (j < N)%nat -> (y j < p + q)%nat) ->
       (forall c, (c < p + q)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min) ->
       orthonormal d (p + q - 1) Q -> 0 < eps -> exists M, forall delta W H, M < delta ->
       cross_entropy_flow p q N d y (power_weight m_maj m_min gamma) W H ->
       spectral_start p q N d y m_maj m_min Q (fun c => sqrt (step_sigma p q m_maj m_min c * exp (-2 * delta))) (W 0) (H 0) ->
       forall a c, (0 < a < p)%nat -> (p <= c < p + q - 1)%nat -> exists t_maj t_min,
         first_half (learned_fraction p q N d y m_maj m_min W H a) t_maj /\
         first_half (learned_fraction p q N d y m_maj m_min W H c) t_min /\
         Rabs (t_min / t_maj - Rpower (m_maj / m_min) (1 - gamma)) < eps).
Proof.
  intros X. destruct a_problem as [y [Q [Hy [HC HQ]]]].
  destruct (X 2%nat 2%nat 10%nat 3%nat y 4 1 Q 0 (1 / 2) ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra) Hy HC HQ ltac:(lra)) as [M1 B1].
  destruct (cross_entropy_ratio_of_times 2 2 10 3 y 4 1 Q ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra) Hy HC HQ 0 (1 / 2) ltac:(lra))
    as [M2 B2].
  set (delta := Rmax M1 M2 + 1). pose proof (Rmax_l M1 M2) as L1. pose proof (Rmax_r M1 M2) as L2.
  destruct (a_flow y Q 0 delta Hy) as [W [H [F S0]]].
  destruct (B1 delta W H ltac:(unfold delta; lra) F S0 1%nat 2%nat ltac:(lia) ltac:(lia)) as [t [u [Ft [Fu C1]]]].
  destruct (B2 delta W H ltac:(unfold delta; lra) F (or_intror S0) 1%nat 2%nat ltac:(lia) ltac:(lia)) as [t' [u' [Ft' [Fu' C2]]]].
  rewrite (first_half_unique _ _ _ Ft' Ft), (first_half_unique _ _ _ Fu' Fu) in C2.
  rewrite Rdiv_1, Rminus_0_r in C1, C2. rewrite Rpower_1 in C1 by lra. rewrite Rpower_half in C2 by lra.
  replace (sqrt 4) with 2 in C2 by (replace 4 with (Rsqr 2) by (unfold Rsqr; ring); symmetry; apply sqrt_Rsqr; lra).
  apply Rabs_lt_between in C1. apply Rabs_lt_between in C2. lra.
Qed.

(* Without weights the minority is not first (neighbour of cross_entropy_majority_first). *)
Theorem not_minority_first :
  ~ (forall p q N d y m_maj m_min Q delta W H, (2 <= p)%nat -> (2 <= q)%nat -> 0 < m_maj -> 0 < m_min ->
       (forall j, (j < N)%nat -> (y j < p + q)%nat) ->
       (forall c, (c < p + q)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min) ->
       orthonormal d (p + q - 1) Q -> 2 <= m_maj / m_min -> 1 <= delta ->
       cross_entropy_flow p q N d y (power_weight m_maj m_min 0) W H ->
       spectral_start p q N d y m_maj m_min Q (fun c => sqrt (step_sigma p q m_maj m_min c * exp (-2 * delta))) (W 0) (H 0) ->
       forall a c, (0 < a < p)%nat -> (p <= c < p + q - 1)%nat -> exists t_maj t_min,
         first_half (learned_fraction p q N d y m_maj m_min W H a) t_maj /\
         first_half (learned_fraction p q N d y m_maj m_min W H c) t_min /\ t_min < t_maj).
Proof.
  intros X. destruct a_problem as [y [Q [Hy [HC HQ]]]]. destruct (a_flow y Q 0 1 Hy) as [W [H [F S0]]].
  destruct (X 2%nat 2%nat 10%nat 3%nat y 4 1 Q 1 W H ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra) Hy HC HQ ltac:(lra) ltac:(lra) F S0
    1%nat 2%nat ltac:(lia) ltac:(lia)) as [t [u [Ft [Fu C1]]]].
  destruct (cross_entropy_majority_first 2 2 10 3 y 4 1 Q ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra) Hy HC HQ 1 W H ltac:(lra) ltac:(lra)
    F S0 1%nat 2%nat ltac:(lia) ltac:(lia)) as [t' [u' [Ft' [Fu' C2]]]].
  rewrite (first_half_unique _ _ _ Ft' Ft), (first_half_unique _ _ _ Fu' Fu) in C2. lra.
Qed.
