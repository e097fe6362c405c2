(* Five equations for the weighted cross-entropy of STEP labels: what solves them solves the flow of all samples.

   k = p + q classes, group b (true: the first p classes) of k_b classes of m_b samples each, of weight omega_b.  The numbers: w of the contrast
   in the classifier, a_b of it in the features of each group, and x_b, the fraction of every mode within the group.  With r_b = w a_b / c_b,
   c_b = sqrt (k_b' / (k_b k)) for the other group b', the logits of a sample of class c of group b are r_b times the contrast of its label and
   x_b times the rest.  With D = (r_b - x_b) / k_b and S = exp x_b + k_b - 1 + k_b' exp (- D) the residual is q_b = k exp (- D) / S and
   h_b = (k_b + k_b' exp (- D)) / S times the same two parts, so
        w' = sum_b N_b omega_b c_b q_b a_b,   a_b' = omega_b w c_b q_b,   x_b' = 2 sigma_b omega_b x_b h_b,      N_b = k_b m_b, sigma_b = sqrt m_b.

   Hypotheses: p, q >= 1; m_b > 0; any map of samples to classes with these counts; Q has orthonormal columns.
   Computed by: ufm_simulation::ReducedCrossEntropyFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow StepModes Uniqueness WellPosed CrossEntropy CrossEntropySymmetry CrossEntropyStep.
Open Scope R_scope.

Section Equations.
Variables (p q : nat).
Notation k := (p + q)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).

(* The number of classes of a group, as a number and as a real. *)
Definition group_size (b : bool) : nat := if b then p else q.
Notation size b := (INR (group_size b)).
Notation other b := (INR (group_size (negb b))).

Lemma sizes b : 0 < size b /\ 0 < other b /\ INR k = size b + other b /\ INR p * INR q = size b * other b.
Proof.
  destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. unfold group_size. destruct b; simpl negb; cbv iota; repeat split; lra.
Qed.

(* S, q and h, as functions of r and x. *)
Definition partition (b : bool) (r x : R) : R := exp x + (size b - 1) + other b * exp (- ((r - x) / size b)).
Definition along (b : bool) (r x : R) : R := INR k * exp (- ((r - x) / size b)) / partition b r x.
Definition within_group (b : bool) (r x : R) : R := (size b + other b * exp (- ((r - x) / size b))) / partition b r x.

Lemma size_at_least_1 b : 1 <= size b.
Proof. apply (le_INR 1). unfold group_size. destruct b; lia. Qed.

Lemma partition_pos b r x : 0 < partition b r x.
Proof.
  unfold partition. pose proof (size_at_least_1 b). destruct (sizes b) as [_ [O _]]. pose proof (exp_pos x).
  pose proof (Rmult_lt_0_compat _ _ O (exp_pos (- ((r - x) / size b)))). lra.
Qed.

(* Logits of a sample of class c, and the same of any two numbers along the contrast and within the group. *)
Definition two_parts (r x : R) (i c : nat) : R := kernel p q r (fun _ => x) (Nat.eqb i c) (majority p i) (majority p c).

Lemma two_parts_cases r x i c : two_parts r x i c =
  if eqb (majority p i) (majority p c)
  then r * (other (majority p c) / (size (majority p c) * INR k)) + x * ((if Nat.eqb i c then 1 else 0) - / size (majority p c))
  else - r / INR k.
Proof.
  unfold two_parts, kernel. destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. unfold group_size.
  destruct (majority p i), (majority p c); simpl; field; rewrite K; lra.
Qed.

Lemma sum_by_group (f g : R) b : sum k (fun i => if eqb (majority p i) b then f else g) = size b * f + other b * g.
Proof.
  rewrite (StepModes.sum_classes p q).
  rewrite (sum_ext p _ (fun _ => if eqb true b then f else g)) by (intros i Hi; rewrite majority_true by exact Hi; reflexivity).
  rewrite (sum_ext q _ (fun _ => if eqb false b then f else g)) by (intros i Hi; rewrite (majority_false p q Hp Hq); reflexivity).
  rewrite !sum_const. unfold group_size. destruct b; simpl; ring.
Qed.

(* The residual of such logits is of the same form. *)
Theorem residual_two_parts r x i c : (i < k)%nat -> (c < k)%nat ->
  residual k c (fun i => two_parts r x i c) i = two_parts (along (majority p c) r x) (within_group (majority p c) r x) i c.
Proof.
  intros Hi Hc. set (b := majority p c). destruct (sizes b) as [S1 [O1 [K1 _]]]. pose proof (partition_pos b r x) as PP.
  set (B := r * (other b / (size b * INR k)) - x * / size b). set (D := (r - x) / size b).
  assert (EZ : - r / INR k = B + - D) by (unfold B, D; rewrite K1; field; lra).
  assert (EL : forall i, exp (two_parts r x i c) = exp B * (if eqb (majority p i) b then 1 else exp (- D)) + (exp B * (exp x - 1)) * (if Nat.eqb c i then 1 else 0)).
  { intros j. rewrite two_parts_cases, (Nat.eqb_sym j c). fold b. destruct (Nat.eqb_spec c j) as [<- | Nj].
    - fold b. rewrite eqb_reflx. replace (r * (other b / (size b * INR k)) + x * (1 - / size b)) with (B + x) by (unfold B; ring).
      rewrite exp_plus. ring.
    - destruct (eqb (majority p j) b).
      + replace (r * (other b / (size b * INR k)) + x * (0 - / size b)) with B by (unfold B; ring). ring.
      + rewrite EZ, exp_plus. ring. }
  assert (ES : sum k (fun i => exp (two_parts r x i c)) = exp B * partition b r x).
  { rewrite (sum_ext k _ _ (fun j _ => EL j)), sum_add, sum_scal, sum_by_group, (sum_delta k c (fun _ => exp B * (exp x - 1)) Hc).
    unfold partition. fold D. ring. }
  unfold residual, softmax. rewrite ES, EL, two_parts_cases. fold b. unfold along, within_group. fold D.
  rewrite (Nat.eqb_sym c i). pose proof (exp_pos B) as PB. pose proof PP as PE. unfold partition in *. fold D in PE |- *.
  destruct (Nat.eqb_spec i c) as [-> | Ni].
  - fold b. rewrite eqb_reflx. rewrite K1. field. lra.
  - destruct (eqb (majority p i) b); rewrite K1; field; lra.
Qed.

(* What it does to the logits. *)
Lemma two_parts_product u v r x c : (c < k)%nat -> sum k (fun i => two_parts u v i c * two_parts r x i c)
  = u * r * (other (majority p c) / (size (majority p c) * INR k)) + v * x * (1 - / size (majority p c)).
Proof.
  intros Hc. set (b := majority p c). destruct (sizes b) as [S1 [O1 [K1 _]]].
  set (s := other b / (size b * INR k)).
  rewrite (sum_ext k _ (fun i => (if eqb (majority p i) b then (u * s - v * / size b) * (r * s - x * / size b) else u * r / (INR k * INR k))
    + (v * (r * s - x * / size b) + x * (u * s - v * / size b) + v * x) * (if Nat.eqb c i then 1 else 0))).
  - rewrite sum_add, sum_by_group, (sum_delta k c (fun _ => v * (r * s - x * / size b) + x * (u * s - v * / size b) + v * x) Hc).
    unfold s. rewrite K1. field. lra.
  - intros i _. rewrite !two_parts_cases, (Nat.eqb_sym i c). fold b. fold s. destruct (Nat.eqb_spec c i) as [<- | _].
    + fold b. rewrite eqb_reflx. ring.
    + destruct (eqb (majority p i) b); [ring | field; lra].
Qed.

Variables (m : bool -> R) (om : bool -> R).
Hypothesis Hm : forall b, 0 < m b.

Definition contrast_of (b : bool) : R := sqrt (other b / (size b * INR k)).
Definition logit_along (w : R -> R) (a : bool -> R -> R) (b : bool) (t : R) : R := w t * a b t / contrast_of b.

(* The five equations; a group of one class has no mode, and its x plays no part. *)
Definition five_numbers (w : R -> R) (a x : bool -> R -> R) : Prop := forall t, 0 <= t ->
  let r b := logit_along w a b t in
  is_derive w t (size true * m true * om true * contrast_of true * along true (r true) (x true t) * a true t
               + size false * m false * om false * contrast_of false * along false (r false) (x false t) * a false t) /\
  forall b, is_derive (a b) t (om b * w t * contrast_of b * along b (r b) (x b t)) /\
    ((2 <= group_size b)%nat -> is_derive (x b) t (2 * (sqrt (m b) * om b) * x b t * within_group b (r b) (x b t))).

Lemma contrast_square b : 0 < contrast_of b /\ contrast_of b * contrast_of b = other b / (size b * INR k).
Proof.
  destruct (sizes b) as [S1 [O1 [K1 _]]].
  assert (0 < other b / (size b * INR k)) by (apply Rdiv_lt_0_compat; [exact O1 | apply Rmult_lt_0_compat; lra]).
  split; [apply sqrt_lt_R0; assumption | apply sqrt_sqrt; lra].
Qed.
End Equations.

(* From the numbers to the layers: v_b is a_b / c_b, and e_b the amplitude of the group's modes in the layers, x_b = e_b^2 / sigma_b. *)
Section Layers.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R) (om : bool -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation m := (fun b : bool => if b then m_maj else m_min).
Notation size b := (INR (group_size p q b)).
Notation other b := (INR (group_size p q (negb b))).
Notation along := (along p q).
Notation within_group := (within_group p q).

Variables (w : R -> R) (v e : bool -> R -> R).

Definition fraction_of (b : bool) (t : R) : R := e b t * e b t / sqrt (m b).
Definition in_classifier (t : R) (c : nat) : R := match c with O => w t | S _ => e (majority p c) t end.
Definition in_features (t : R) (b : bool) (c : nat) : R := match c with O => v b t | S _ => e (majority p c) t / sqrt (m (majority p c)) end.
Definition five_W (t : R) (i l : nat) : R := sum r (fun c => U i c * in_classifier t c * Q l c).
Definition five_H (t : R) (l j : nat) : R := sum r (fun c => U (y j) c * in_features t (majority p (y j)) c * Q l c).

Lemma root_pos b : 0 < sqrt (m b) /\ sqrt (m b) * sqrt (m b) = m b.
Proof. destruct b; (split; [apply sqrt_lt_R0; assumption | apply sqrt_sqrt; lra]). Qed.

(* Sums over modes that depend on the group of the mode only where both classes are of it. *)
Lemma modes_two_parts (f : nat -> R) z x i c : f O = z -> (forall a, (0 < a < r)%nat -> majority p a = majority p c -> f a = x) ->
  (i < k)%nat -> (c < k)%nat -> sum r (fun a => f a * (U i a * U c a)) = two_parts p q z x i c.
Proof.
  intros F0 Fx Hi Hc. set (b := majority p c).
  rewrite (sum_ext r _ (fun a => (match a with O => z | S _ => x end) * (U i a * U c a))).
  - rewrite (modes_kernel p q Hp Hq _ (fun _ => x)) by (first [assumption | intros [|a] Ha; [lia | reflexivity]]). reflexivity.
  - intros [|a] Ha; [rewrite F0; reflexivity|]. destruct (bool_dec (majority p (S a)) b) as [E | E].
    + rewrite (Fx (S a)) by (try exact E; lia). reflexivity.
    + replace (U c (S a)) with 0; [ring|]. unfold step_U. fold b. destruct (majority p (S a)), b; try congruence; reflexivity.
Qed.

Theorem five_logits t i j : (i < k)%nat -> (j < N)%nat -> mul d (five_W t) (five_H t) i j
  = two_parts p q (w t * v (majority p (y j)) t) (fraction_of (majority p (y j)) t) i (y j).
Proof.
  intros Hi Hj. set (b := majority p (y j)). unfold mul, five_W, five_H. fold b. rewrite (contract d r Q _ _ HQ).
  rewrite (sum_ext r _ (fun a => in_classifier t a * in_features t b a * (U i a * U (y j) a))) by (intros; ring).
  apply modes_two_parts; try assumption; [reflexivity | | apply Hy, Hj].
  intros [|a] Ha E; [lia|]. unfold in_classifier, in_features, fraction_of. rewrite E. fold b. unfold Rdiv. ring.
Qed.

(* The driving matrix. *)
Definition strength (t : R) (b : bool) (c : nat) : R :=
  match c with O => along b (w t * v b t) (fraction_of b t) | S _ => within_group b (w t * v b t) (fraction_of b t) end.

Lemma five_drive t i j : (i < k)%nat -> (j < N)%nat ->
  drive k y (fun j => om (sample_group p y j)) (mul d (five_W t) (five_H t)) i j
  = om (majority p (y j)) * sum r (fun c => strength t (majority p (y j)) c * (U i c * U (y j) c)).
Proof.
  intros Hi Hj. unfold drive, sample_group. f_equal. set (b := majority p (y j)).
  rewrite (modes_two_parts _ (along b (w t * v b t) (fraction_of b t)) (within_group b (w t * v b t) (fraction_of b t))); try assumption.
  - unfold b. rewrite <- (residual_two_parts p q Hp Hq) by (try assumption; apply Hy, Hj). unfold residual. f_equal.
    unfold softmax. rewrite (five_logits t i j Hi Hj). f_equal. apply sum_ext. intros c Hc. rewrite (five_logits t c j Hc Hj). reflexivity.
  - reflexivity.
  - intros [|a] Ha _; [lia | reflexivity].
  - apply Hy, Hj.
Qed.

Hypothesis Dw : forall t, 0 <= t -> is_derive w t
  ((INR q * m_maj * om true * strength t true 0 * v true t + INR p * m_min * om false * strength t false 0 * v false t) / INR k).
Hypothesis Dv : forall b t, 0 <= t -> is_derive (v b) t (om b * w t * strength t b 0).
Hypothesis De : forall b t, 0 <= t -> (2 <= group_size p q b)%nat ->
  is_derive (e b) t (sqrt (m b) * om b * within_group b (w t * v b t) (fraction_of b t) * e b t).

Lemma mode_group_size a : (0 < a < r)%nat -> (2 <= group_size p q (majority p a))%nat.
Proof. intros Ha. unfold group_size, majority. destruct (Nat.ltb_spec a p); lia. Qed.

(* They solve the flow of all samples. *)
Theorem five_follow : follows k d N five_W five_H (fun t => drive k y (fun j => om (sample_group p y j)) (mul d (five_W t) (five_H t))).
Proof.
  split.
  - intros t i l Ht Hi Hl.
    apply (is_derive_ext_value _ t (sum r (fun c => U i c * (step_square p q
      (m_maj * om true * strength t true c * in_features t true c) (m_min * om false * strength t false c * in_features t false c) c) * Q l c))).
    + set (f := fun e c b => om (majority p e) * strength t (majority p e) c * in_features t (majority p e) b * (U e c * U e b)).
      unfold mul at 1. rewrite (sum_ext N _ (fun j => (fun e => sum r (fun c => U i c * sum r (fun b => Q l b * f e c b))) (y j))).
      2:{ intros j Hj. rewrite (five_drive t i j Hi Hj). unfold tr, five_H.
          rewrite <- (sum_scal r (om (majority p (y j)))), <- sum_scal_r. apply sum_ext. intros c _.
          rewrite <- !sum_scal. apply sum_ext. intros b _. unfold f. ring. }
      rewrite (StepModes.sum_samples p q N y m_maj m_min Hy counts (fun e => sum r (fun c => U i c * sum r (fun b => Q l b * f e c b)))).
      rewrite (sum_ext k _ (fun e => sum r (fun c => sum r (fun b => U i c * Q l b * ((if majority p e then m_maj else m_min) * f e c b))))).
      2:{ intros e' _. rewrite <- sum_scal. apply sum_ext. intros c _. rewrite <- !sum_scal. apply sum_ext. intros; ring. }
      rewrite sum_swap. apply sum_ext. intros c Hc. rewrite sum_swap.
      rewrite (sum_ext r _ (fun b => U i c * Q l b * (if Nat.eqb c b then step_square p q
        (m_maj * om true * strength t true c * in_features t true c) (m_min * om false * strength t false c * in_features t false c) c else 0))).
      * rewrite (sum_ext r _ (fun b => U i c * Q l b * step_square p q
          (m_maj * om true * strength t true c * in_features t true c) (m_min * om false * strength t false c * in_features t false c) c
          * (if Nat.eqb c b then 1 else 0))) by (intros b _; destruct (Nat.eqb c b); ring).
        rewrite (sum_delta r c (fun b => U i c * Q l b * _) Hc). ring.
      * intros b Hb. rewrite sum_scal. f_equal.
        rewrite (sum_ext k _ (fun e => (if majority p e then m_maj * om true * strength t true c * in_features t true b
          else m_min * om false * strength t false c * in_features t false b) * (U e c * U e b))).
        2:{ intros e' _. unfold f. destruct (majority p e'); ring. }
        rewrite (step_gram p q Hp Hq _ _ c b Hc Hb). destruct (Nat.eqb_spec c b) as [-> |]; reflexivity.
    + apply (is_derive_sum r (fun c u => U i c * in_classifier u c * Q l c)). intros c Hc.
      apply (is_derive_scal_l (fun u => U i c * in_classifier u c) t _ (Q l c)). apply (is_derive_scal (fun u => in_classifier u c)).
      destruct c as [|c]; unfold in_classifier.
      * apply (is_derive_ext_value _ t _ _) with (2 := Dw t Ht). unfold step_square, in_features. unfold Rdiv. ring.
      * pose proof (mode_group_size (S c) ltac:(lia)) as G. set (b := majority p (S c)) in *.
        apply (is_derive_ext_value _ t _ _) with (2 := De b t Ht G). unfold step_square, in_features, strength. fold b.
        destruct (root_pos b) as [S0 SS]. destruct b; cbv beta iota in S0, SS |- *; rewrite <- SS at 2; field; lra.
  - intros t l j Ht Hl Hj. set (b := majority p (y j)).
    apply (is_derive_ext_value _ t (sum r (fun c => U (y j) c * (om b * strength t b c * in_classifier t c) * Q l c))).
    + unfold mul at 1. unfold tr.
      rewrite (sum_ext k _ (fun i => sum r (fun c => (in_classifier t c * Q l c) * U i c) * sum r (fun c => (om b * strength t b c * U (y j) c) * U i c))).
      2:{ intros i Hi. rewrite (five_drive t i j Hi Hj). fold b. rewrite <- sum_scal. unfold five_W.
          f_equal; apply sum_ext; intros; ring. }
      rewrite (contract k r U _ _ (step_U_orthonormal p q Hp Hq)). apply sum_ext. intros; ring.
    + apply (is_derive_sum r (fun c u => U (y j) c * in_features u b c * Q l c)). intros c Hc.
      apply (is_derive_scal_l (fun u => U (y j) c * in_features u b c) t _ (Q l c)).
      destruct c as [|c].
      * apply (is_derive_scal (fun u => in_features u b 0)). unfold in_features, in_classifier.
        apply (is_derive_ext_value _ t _ _) with (2 := Dv b t Ht). ring.
      * pose proof (mode_group_size (S c) ltac:(lia)) as G. destruct (bool_dec (majority p (S c)) b) as [E | E].
        -- apply (is_derive_scal (fun u => in_features u b (S c))). unfold in_features, in_classifier, strength. rewrite E in G |- *.
           apply (is_derive_ext_value _ t (sqrt (m b) * om b * within_group b (w t * v b t) (fraction_of b t) * e b t * / sqrt (m b))).
           ++ destruct (root_pos b). field. lra.
           ++ apply (is_derive_scal_l (e b) t _ (/ sqrt (m b))), De; assumption.
        -- replace (U (y j) (S c)) with 0.
           ++ apply (is_derive_ext (fun _ => 0)); [intros u; symmetry; apply Rmult_0_l|]. apply (is_derive_ext_value _ t 0 _); [ring | apply (is_derive_const 0)].
           ++ unfold step_U. fold b. destruct (majority p (S c)), b; try congruence; reflexivity.
Qed.
End Layers.
