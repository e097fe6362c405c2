(* Growth rates of STEP labels when a class shares one feature vector (alpha = 1): R^(1 - gamma), sqrt ((k_min R^(2 - 2 gamma) + k_maj) / k) and 1,
   in units of the minority's.

   The squared rates are the eigenvalues of P diag(m) P other than 0 (SharedGram.v), with m_c = n_c omega_c^2 n_c, omega_c = n_c^(-gamma).  Of two
   strengths, a on the first p classes and b on the q others, the directions of STEP labels (StepModes.v) are k - 1 orthonormal eigenvectors,
   with eigenvalues (q a + p b) / k for the contrast, a and b within the groups.

   Hypotheses: p, q >= 1; strengths, class sizes and the ratio r (R in the text) positive.
   Computed by: ufm_theory::features::step_ln_rate.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import Window FiniteSums Sharing SpectrumReals FlatStrengths Interlacing StepModes.
Open Scope R_scope.

Section TwoStrengths.
Variables (p q : nat) (a b : R).
Notation k := (p + q)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Ha : 0 < a) (Hb : 0 < b).

(* Every direction sums to zero. *)
Lemma step_U_sum e : (e < k - 1)%nat -> sum k (fun c => step_U p q c e) = 0.
Proof.
  intros He. destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. rewrite (sum_classes p q). destruct e as [|e]; unfold step_U.
  - rewrite (sum_ext p _ (fun _ => INR q / sqrt (INR p * INR q * INR k))) by (intros c Hc; rewrite majority_true by exact Hc; reflexivity).
    rewrite (sum_ext q _ (fun _ => - INR p / sqrt (INR p * INR q * INR k))) by (intros c _; rewrite (majority_false p q Hp Hq); reflexivity).
    rewrite !sum_const. unfold Rdiv. ring.
  - destruct (majority p (S e)) eqn:E.
    + apply Nat.ltb_lt in E.
      rewrite (sum_ext p _ (helmert e)) by (intros c Hc; rewrite majority_true by exact Hc; reflexivity).
      rewrite (sum_ext q _ (fun _ => 0)) by (intros c _; rewrite (majority_false p q Hp Hq); reflexivity).
      rewrite helmert_zero_sum, sum_zero by lia. ring.
    + apply Nat.ltb_ge in E.
      rewrite (sum_ext p _ (fun _ => 0)) by (intros c Hc; rewrite majority_true by exact Hc; reflexivity).
      rewrite (sum_ext q _ (helmert (S e - p))).
      2:{ intros c _. rewrite (majority_false p q Hp Hq). f_equal. lia. }
      rewrite helmert_zero_sum, sum_zero by lia. ring.
Qed.

Theorem step_directions_solve e : (e < k - 1)%nat ->
  solution k (fun c => if majority p c then a else b) (step_square p q a b e) (fun c => step_U p q c e).
Proof.
  intros He. destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. destruct (contrast_square p q Hp Hq) as [_ C0].
  assert (X : step_square p q a b e <> 0).
  { apply Rgt_not_eq. destruct e as [|e]; unfold step_square; [|destruct (majority p (S e)); assumption].
    apply Rdiv_lt_0_compat; [|lra]. apply Rplus_lt_0_compat; apply Rmult_lt_0_compat; assumption. }
  apply (solution_iff k _ ltac:(lia) _ _ X). split; [apply step_U_sum, He|].
  destruct e as [|e].
  - exists (INR p * INR q * (a - b) / INR k / sqrt (INR p * INR q * INR k)). intros c _. unfold step_square, step_U. rewrite K in *.
    destruct (majority p c); field; lra.
  - exists 0. intros c _. unfold step_square, step_U. destruct (majority p (S e)), (majority p c); ring.
Qed.
End TwoStrengths.

(* One feature vector for a class, class sizes n and r n, weights n_c^(-gamma). *)
Theorem shared_step_rates p q n r gamma : (0 < p)%nat -> (0 < q)%nat -> 0 < n -> 0 < r ->
  let k := (p + q)%nat in
  let square e := step_square p q (strength 1 (r * n) gamma) (strength 1 n gamma) e in
  let rate e := sqrt (square e) / sqrt (strength 1 n gamma) in
  orthonormal k (k - 1) (step_U p q) /\
  (forall e, (e < k - 1)%nat -> 0 < square e /\
     solution k (fun c => strength 1 (if majority p c then r * n else n) gamma) (square e) (fun c => step_U p q c e)) /\
  rate 0%nat = sqrt ((INR q * Rpower r (2 - 2 * gamma) + INR p) / INR k) /\
  (forall e, (1 <= e < p)%nat -> rate e = Rpower r (1 - gamma)) /\
  (forall e, (p <= e < k - 1)%nat -> rate e = 1).
Proof.
  intros Hp Hq Hn Hr k square rate. destruct (INR_pq p q Hp Hq) as [P [Q0 K]].
  assert (Hrn : 0 < r * n) by (apply Rmult_lt_0_compat; assumption).
  pose proof (strength_pos 1 n gamma ltac:(lra) Hn) as B. pose proof (strength_pos 1 (r * n) gamma ltac:(lra) Hrn) as A.
  assert (E : strength 1 (r * n) gamma = Rpower r (2 - 2 * gamma) * strength 1 n gamma).
  { unfold strength, gain. rewrite <- Rpower_mult_distr by assumption.
    replace (2 - 2 * gamma) with (1 - 2 * gamma + 1) by ring. rewrite Rpower_plus, (Rpower_1 r Hr). ring. }
  assert (S0 : forall e, 0 < square e).
  { intros e. unfold square. destruct e as [|e]; unfold step_square; [|destruct (majority p (S e)); assumption].
    apply Rdiv_lt_0_compat; [apply Rplus_lt_0_compat; apply Rmult_lt_0_compat; assumption | lra]. }
  assert (G : forall e, rate e = sqrt (square e / strength 1 n gamma)) by (intros e; unfold rate; symmetry; apply sqrt_div; [apply Rlt_le, S0 | exact B]).
  assert (M : forall e, (1 <= e < p)%nat -> square e = strength 1 (r * n) gamma).
  { intros [|e] He; [lia|]. unfold square, step_square. rewrite majority_true by lia. reflexivity. }
  assert (L : forall e, (p <= e < k - 1)%nat -> square e = strength 1 n gamma).
  { intros [|e] He; [lia|]. unfold square, step_square, majority. replace (Nat.ltb (S e) p) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity. }
  split; [apply step_U_orthonormal; assumption|]. split; [|split; [|split]].
  - intros e He. split; [apply S0|]. intros c Hc.
    unfold square. rewrite <- (step_directions_solve p q _ _ Hp Hq A B e He c Hc). unfold centred_apply, centre. f_equal.
    + destruct (majority p c); reflexivity.
    + f_equal. apply sum_ext. intros i _. destruct (majority p i); reflexivity.
  - rewrite G. f_equal. unfold square, step_square. rewrite E. fold k. unfold k. rewrite K. field. lra.
  - intros e He. rewrite G, (M e He), E.
    replace (Rpower r (2 - 2 * gamma) * strength 1 n gamma / strength 1 n gamma) with (Rpower r (1 - gamma) * Rpower r (1 - gamma)).
    + apply sqrt_square, Rlt_le, exp_pos.
    + rewrite <- Rpower_plus. replace (1 - gamma + (1 - gamma)) with (2 - 2 * gamma) by ring. field. lra.
  - intros e He. rewrite G, (L e He). unfold Rdiv. rewrite Rinv_r by lra. apply sqrt_1.
Qed.
