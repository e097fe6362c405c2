(* The equation of the modes within a group, from the gradient flow of the weighted softmax cross-entropy.

   W' = G H^T, H' = W^T G with G = (Y - softmax (W H)) Omega: k = q + m classes, of which the first q make the
   group, N samples, of which the j-th is of class cl j.  A mode within the group has the left vector v, q entries
   that sum to zero with squares that sum to one, and the right vector v_(cl j) / sqrt n over the samples of the
   group, zero elsewhere; its singular value is sqrt n.  Its fraction x obeys x' = 2 sigma omega x (1 - g), g between
   0 and tanh (x / 2): group_mode of CrossEntropy.v, with the half times given there.

   Hypotheses: the flow holds entrywise for t >= 0 (from any start there is one: CrossEntropyWellPosed.v); the classes of the group have
   n samples each, of weight omega, and nothing is asked of the others; W W^T, W H and H^T H start unchanged by the
   symmetries of the labels of the group, the mode starts balanced, feature = sqrt n classifier.  The first section
   asks in place of the start that the logits are symmetric at all times, which the second derives.
   Computed by: ufm_simulation::CrossEntropyFlow.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Lia Psatz Arith.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic FiniteSums Flow ExactWindow CrossEntropy CrossEntropyTimes CrossEntropySymmetry.
Open Scope R_scope.

Lemma softmax_ext n l l' i : (forall j, (j < n)%nat -> l j = l' j) -> (i < n)%nat -> softmax n l i = softmax n l' i.
Proof.
  intros E Hi. unfold softmax. rewrite (E i Hi). f_equal. apply sum_ext. intros j Hj. rewrite (E j Hj). reflexivity.
Qed.

(* What does not depend on the class of the sample: the advantage, and the probabilities but its own. *)
Section Classes.
Variables (q m : nat) (x b : R) (z : nat -> R).
Hypothesis Hq : (2 <= q)%nat.

Let g := advantage q m 0 1 x b z.
Let rest := exp b * (exp x + INR (q - 1) + sum m (fun j => exp (z (q + j)%nat - b))).

Lemma another c : (c < q)%nat -> exists d, (d < q)%nat /\ c <> d.
Proof. intros Hc. destruct c; [exists 1%nat | exists 0%nat]; lia. Qed.

Lemma advantage_any c d : (c < q)%nat -> (d < q)%nat -> c <> d -> advantage q m c d x b z = g.
Proof. intros Hc Hd H. unfold g. rewrite !advantage_formula by lia. reflexivity. Qed.

Lemma advantage_at_most_1 : g <= 1.
Proof.
  unfold g. rewrite advantage_formula by lia. pose proof (exp_pos x).
  pose proof (sum_exp_nonneg m (fun j => z (q + j)%nat - b)). pose proof (pos_INR (q - 1)).
  assert (1 <= INR (q - 1)) by (apply (le_INR 1); lia). apply Rle_div_l; lra.
Qed.

Lemma residual_inside c i : (c < q)%nat -> (i < q)%nat ->
  residual (q + m) c (logits q c x b z) i = (1 - g) * (if Nat.eqb c i then 1 else 0) - exp b / rest.
Proof.
  intros Hc Hi. destruct (another c Hc) as [d [Hd H]].
  rewrite (residual_group q m c d x b z) by assumption. rewrite (advantage_any c d Hc Hd H).
  unfold softmax. rewrite (partition_function q m c d x b z), (logits_group q c x b z d) by auto. reflexivity.
Qed.

Lemma residual_outside c i : (c < q)%nat -> (q <= i)%nat ->
  residual (q + m) c (logits q c x b z) i = - (exp (z i) / rest).
Proof.
  intros Hc Hi. destruct (another c Hc) as [d [Hd H]]. unfold residual, softmax.
  rewrite (partition_function q m c d x b z) by auto. unfold logits.
  replace (Nat.eqb i c) with false by (symmetry; apply Nat.eqb_neq; lia).
  replace (Nat.ltb i q) with false by (symmetry; apply Nat.ltb_ge; lia). fold rest. ring.
Qed.

(* Along a mode from the left, and from the right. *)
Lemma residual_left (v : nat -> R) c : sum q v = 0 -> (c < q)%nat ->
  sum q (fun i => v i * residual (q + m) c (logits q c x b z) i) = (1 - g) * v c.
Proof.
  intros Hv Hc. destruct (another c Hc) as [d [Hd H]].
  rewrite (residual_on_mode q m c d x b z Hc Hd H v Hv), (advantage_any c d Hc Hd H). reflexivity.
Qed.

Lemma residual_right (v : nat -> R) i : sum q v = 0 ->
  sum q (fun c => v c * residual (q + m) c (logits q c x b z) i) = (1 - g) * (if Nat.ltb i q then v i else 0).
Proof.
  intros Hv. destruct (Nat.ltb_spec i q) as [Hi | Hi].
  - rewrite (sum_ext q _ (fun c => (1 - g) * (v c * (if Nat.eqb i c then 1 else 0)) + - (exp b / rest) * v c)).
    2:{ intros c Hc. rewrite (residual_inside c i Hc Hi), (Nat.eqb_sym c i). ring. }
    rewrite sum_add, !sum_scal, (sum_delta q i v Hi), Hv. ring.
  - rewrite (sum_ext q _ (fun c => - (exp (z i) / rest) * v c)).
    2:{ intros c Hc. rewrite (residual_outside c i Hc Hi). ring. }
    rewrite sum_scal, Hv. ring.
Qed.

(* The logits along a mode, from both sides. *)
Lemma logits_on_mode (v : nat -> R) : sum q v = 0 -> sum q (fun i => v i * v i) = 1 ->
  sum q (fun c => v c * sum q (fun i => v i * logits q c x b z i)) = x.
Proof.
  intros Hv H1. rewrite (sum_ext q _ (fun c => x * (v c * v c))).
  - rewrite sum_scal, H1. ring.
  - intros c Hc. rewrite (sum_ext q _ (fun i => b * v i + x * (v i * (if Nat.eqb c i then 1 else 0)))).
    + rewrite sum_add, !sum_scal, (sum_delta q c v Hc), Hv. ring.
    + intros i Hi. unfold logits. rewrite (Nat.eqb_sym c i). apply Nat.ltb_lt in Hi. rewrite Hi.
      destruct (Nat.eqb i c); ring.
Qed.
End Classes.

Section Flow.
Variables (q m d N : nat) (cl : nat -> nat) (weight : nat -> R) (n omega : R) (v : nat -> R).
Variables (W H : R -> nat -> nat -> R) (x b : R -> R) (z : R -> nat -> R).
Hypotheses (Hq : (2 <= q)%nat) (Hn : 0 < n) (Homega : 0 < omega).
Hypothesis sizes : forall c, (c < q)%nat -> sum N (fun j => if Nat.eqb (cl j) c then 1 else 0) = n.
Hypothesis weights : forall j, (j < N)%nat -> (cl j < q)%nat -> weight j = omega.
Hypotheses (centred : sum q v = 0) (unit : sum q (fun i => v i * v i) = 1).

Hypothesis flow : follows (q + m) d N W H (fun t => drive (q + m) cl weight (mul d (W t) (H t))).
Hypothesis symmetric : forall t j i, 0 <= t -> (j < N)%nat -> (cl j < q)%nat -> (i < q + m)%nat ->
  mul d (W t) (H t) i j = logits q (cl j) (x t) (b t) (z t) i.
Hypothesis equal_elsewhere : forall t j i, 0 <= t -> (j < N)%nat -> (q <= cl j)%nat -> (i < q)%nat ->
  mul d (W t) (H t) i j = mul d (W t) (H t) 0 j.

Let G t := drive (q + m) cl weight (mul d (W t) (H t)).

(* The two factors of the mode, as vectors over the hidden directions, and its fraction. *)
Definition right (j : nat) : R := if Nat.ltb (cl j) q then v (cl j) else 0.
Definition classifier (t : R) (l : nat) : R := sum q (fun i => v i * W t i l).
Definition feature (t : R) (l : nat) : R := sum N (fun j => H t l j * right j).
Definition fraction (t : R) : R := sum d (fun l => classifier t l * feature t l) / n.

Hypothesis balanced0 : forall l, (l < d)%nat -> feature 0 l = sqrt n * classifier 0 l.

Let g t := advantage q m 0 1 (x t) (b t) (z t).

(* Sums over the samples of the group are sums over its classes. *)
Lemma over_classes (f : nat -> R) :
  sum N (fun j => if Nat.ltb (cl j) q then f (cl j) else 0) = n * sum q f.
Proof.
  rewrite <- sum_scal, (sum_ext q _ (fun c => sum N (fun j => f c * (if Nat.eqb (cl j) c then 1 else 0)))).
  2:{ intros c Hc. rewrite sum_scal, (sizes c Hc). ring. }
  rewrite <- sum_swap. apply sum_ext. intros j _. destruct (Nat.ltb_spec (cl j) q) as [Hj | Hj].
  - symmetry. apply sum_delta, Hj.
  - rewrite (sum_ext q _ (fun _ => 0)), sum_zero; [reflexivity|]. intros c Hc.
    replace (Nat.eqb (cl j) c) with false by (symmetry; apply Nat.eqb_neq; lia). ring.
Qed.

Lemma drive_group t j i : 0 <= t -> (j < N)%nat -> (cl j < q)%nat -> (i < q + m)%nat ->
  G t i j = omega * residual (q + m) (cl j) (logits q (cl j) (x t) (b t) (z t)) i.
Proof.
  intros Ht Hj Hc Hi. unfold G, drive, residual. rewrite (weights j Hj Hc). do 2 f_equal.
  apply softmax_ext; [|exact Hi]. intros c Hc'. apply symmetric; assumption.
Qed.

Lemma drive_left t j : 0 <= t -> (j < N)%nat ->
  sum q (fun i => v i * G t i j) = omega * (1 - g t) * right j.
Proof.
  intros Ht Hj. unfold right. destruct (Nat.ltb_spec (cl j) q) as [Hc | Hc].
  - rewrite (sum_ext q _ (fun i => omega * (v i * residual (q + m) (cl j) (logits q (cl j) (x t) (b t) (z t)) i))).
    2:{ intros i Hi. rewrite (drive_group t j i) by (auto; lia). ring. }
    rewrite sum_scal, residual_left by assumption. fold (g t). ring.
  - rewrite (sum_ext q _ (fun i => G t 0 j * v i)).
    + rewrite sum_scal, centred. ring.
    + intros i Hi. unfold G, drive, residual, softmax.
      replace (Nat.eqb i (cl j)) with false by (symmetry; apply Nat.eqb_neq; lia).
      replace (Nat.eqb 0 (cl j)) with false by (symmetry; apply Nat.eqb_neq; lia).
      rewrite (equal_elsewhere t j i Ht Hj Hc Hi). ring.
Qed.

Lemma drive_right t i : 0 <= t -> (i < q + m)%nat ->
  sum N (fun j => G t i j * right j) = omega * n * (1 - g t) * (if Nat.ltb i q then v i else 0).
Proof.
  intros Ht Hi. set (f := fun c => omega * (v c * residual (q + m) c (logits q c (x t) (b t) (z t)) i)).
  rewrite (sum_ext N _ (fun j => if Nat.ltb (cl j) q then f (cl j) else 0)).
  - rewrite over_classes. unfold f. rewrite sum_scal, residual_right by assumption. fold (g t). ring.
  - intros j Hj. unfold right, f. destruct (Nat.ltb_spec (cl j) q) as [Hc | Hc]; [|ring].
    rewrite (drive_group t j i) by assumption. ring.
Qed.

Lemma classifier_derive t l : 0 <= t -> (l < d)%nat ->
  is_derive (fun u => classifier u l) t (omega * (1 - g t) * feature t l).
Proof.
  intros Ht Hl. replace (omega * (1 - g t) * feature t l)
    with (sum q (fun i => v i * mul N (G t) (tr (H t)) i l)).
  - apply (is_derive_sum q (fun i u => v i * W u i l)). intros i Hi.
    apply (is_derive_scal (fun u => W u i l)). apply (proj1 flow); [exact Ht | lia | exact Hl].
  - unfold mul, tr, feature. rewrite (sum_ext q _ (fun i => sum N (fun j => v i * (G t i j * H t l j))))
      by (intros i _; symmetry; apply sum_scal).
    rewrite sum_swap, <- sum_scal. apply sum_ext. intros j Hj.
    rewrite (sum_ext q _ (fun i => (v i * G t i j) * H t l j)) by (intros; ring).
    rewrite sum_scal_r, (drive_left t j Ht Hj). ring.
Qed.

Lemma feature_derive t l : 0 <= t -> (l < d)%nat ->
  is_derive (fun u => feature u l) t (omega * n * (1 - g t) * classifier t l).
Proof.
  intros Ht Hl. replace (omega * n * (1 - g t) * classifier t l)
    with (sum N (fun j => mul (q + m) (tr (W t)) (G t) l j * right j)).
  - apply (is_derive_sum N (fun j u => H u l j * right j)). intros j Hj.
    apply (is_derive_scal_l (fun u => H u l j) t _ (right j)), (proj2 flow); assumption.
  - unfold mul, tr, classifier.
    rewrite (sum_ext N _ (fun j => sum (q + m) (fun i => W t i l * (G t i j * right j)))).
    2:{ intros j _. rewrite <- sum_scal_r. apply sum_ext. intros; ring. }
    rewrite sum_swap, (sum_ext (q + m) _ (fun i => omega * n * (1 - g t) * ((if Nat.ltb i q then v i else 0) * W t i l))).
    2:{ intros i Hi. rewrite sum_scal, (drive_right t i Ht Hi). ring. }
    rewrite sum_scal, sum_split. f_equal. rewrite (sum_ext m _ (fun _ => 0)), sum_zero, Rplus_0_r.
    + apply sum_ext. intros i Hi. apply Nat.ltb_lt in Hi. rewrite Hi. ring.
    + intros i _. replace (Nat.ltb (q + i) q) with false by (symmetry; apply Nat.ltb_ge; lia). ring.
Qed.

(* The fraction is the x of the logits. *)
Theorem fraction_of_logits t : 0 <= t -> fraction t = x t.
Proof.
  intros Ht. unfold fraction. replace (sum d (fun l => classifier t l * feature t l)) with (n * x t); [field; lra|].
  symmetry. unfold classifier, feature.
  rewrite (sum_ext d _ (fun l => sum N (fun j => sum q (fun i => right j * v i * (W t i l * H t l j))))).
  2:{ intros l _. rewrite <- sum_scal. apply sum_ext. intros j _.
      rewrite <- sum_scal_r. apply sum_ext. intros; ring. }
  rewrite sum_swap. set (f := fun c => v c * sum q (fun i => v i * logits q c (x t) (b t) (z t) i)).
  rewrite (sum_ext N _ (fun j => if Nat.ltb (cl j) q then f (cl j) else 0)).
  - rewrite over_classes. unfold f. rewrite logits_on_mode by assumption. ring.
  - intros j Hj. rewrite sum_swap, (sum_ext q _ (fun i => right j * (v i * mul d (W t) (H t) i j))).
    2:{ intros i _. rewrite sum_scal. unfold mul. ring. }
    rewrite sum_scal. unfold right. destruct (Nat.ltb_spec (cl j) q) as [Hc | Hc]; [|ring].
    unfold f. f_equal. apply sum_ext. intros i Hi. rewrite (symmetric t j i) by (auto; lia). reflexivity.
Qed.

(* What starts balanced stays balanced. *)
Theorem mode_balanced t l : 0 <= t -> (l < d)%nat -> feature t l = sqrt n * classifier t l.
Proof.
  intros Ht Hl. pose proof (sqrt_lt_R0 n Hn) as Hs. pose proof (sqrt_sqrt n ltac:(lra)) as Es.
  assert (E : feature t l - sqrt n * classifier t l = 0); [|lra].
  apply (linear_ode_zero (fun u => - (omega * sqrt n * (1 - g u)))
    (fun u => feature u l - sqrt n * classifier u l) 0 t); [| |rewrite (balanced0 l Hl); ring|lra].
  - intros u _. pose proof (advantage_at_most_1 q m (x u) (b u) (z u) Hq) as B. fold (g u) in B.
    assert (0 <= omega * sqrt n * (1 - g u)) by (repeat apply Rmult_le_pos; lra). lra.
  - intros u Hu. replace (- (omega * sqrt n * (1 - g u)) * (feature u l - sqrt n * classifier u l))
      with (omega * n * (1 - g u) * classifier u l - sqrt n * (omega * (1 - g u) * feature u l))
      by (rewrite <- Es at 1; ring).
    apply (is_derive_minus (fun w => feature w l) (fun w => sqrt n * classifier w l)); [apply feature_derive; [lra | exact Hl]|].
    apply (is_derive_scal (fun w => classifier w l)), classifier_derive; [lra | exact Hl].
Qed.

(* The equation of the mode. *)
Theorem fraction_derive t : 0 <= t ->
  is_derive fraction t (2 * (sqrt n * omega) * fraction t * (1 - advantage q m 0 1 (fraction t) (b t) (z t))).
Proof.
  intros Ht. rewrite (fraction_of_logits t Ht) at 2. fold (g t). pose proof (sqrt_sqrt n ltac:(lra)) as Es.
  replace (2 * (sqrt n * omega) * fraction t * (1 - g t))
    with (sum d (fun l => omega * (1 - g t) * feature t l * feature t l
                          + classifier t l * (omega * n * (1 - g t) * classifier t l)) * / n).
  - apply (is_derive_scal_l (fun u => sum d (fun l => classifier u l * feature u l)) t _ (/ n)).
    apply (is_derive_sum d (fun l u => classifier u l * feature u l)). intros l Hl.
    apply (is_derive_mult (fun u => classifier u l) (fun u => feature u l));
      [apply classifier_derive | apply feature_derive | intros; apply Rmult_comm]; assumption.
  - unfold fraction. rewrite (sum_ext d _ (fun l => 2 * (sqrt n * omega) * (1 - g t) * (classifier t l * feature t l))).
    + rewrite sum_scal. field. lra.
    + intros l Hl. rewrite (mode_balanced t l Ht Hl). rewrite <- Es at 3. ring.
Qed.

(* So that CrossEntropy.v applies. *)
Theorem flow_group_mode :
  group_mode (sqrt n * omega) fraction (fun t => advantage q m 0 1 (fraction t) (b t) (z t)).
Proof. apply softmax_group_mode; [lia | lia | lia | exact fraction_derive]. Qed.
End Flow.

(* From the start: nothing is assumed of the logits later on. *)
Section Start.
Variables (q m d N : nat) (cl : nat -> nat) (weight : nat -> R) (n omega : R) (v : nat -> R).
Variables (W H : R -> nat -> nat -> R).
Hypotheses (Hq : (2 <= q)%nat) (Hn : 0 < n) (Homega : 0 < omega).
Hypothesis sizes : forall c, (c < q)%nat -> sum N (fun j => if Nat.eqb (cl j) c then 1 else 0) = n.
Hypothesis weights : forall j, (j < N)%nat -> (cl j < q)%nat -> weight j = omega.
Hypothesis flow : follows (q + m) d N W H (fun t => drive (q + m) cl weight (mul d (W t) (H t))).
Hypothesis start : symmetric_start q m d N cl weight W H.

Let L t := mul d (W t) (H t).

Lemma logits_invariant p s : group_symmetry q m N cl weight p s ->
  forall t i j, 0 <= t -> (i < q + m)%nat -> (j < N)%nat -> L t (p i) (s j) = L t i j.
Proof.
  intros [Y F]. destruct (start p s (conj Y F)) as [SA [SL SB]].
  exact (symmetric_for_ever (q + m) N cl weight p s Y d W H flow SA SL SB).
Qed.

Lemma exchange_samples j1 j2 : (j1 < N)%nat -> (j2 < N)%nat -> cl j1 = cl j2 -> (cl j1 < q)%nat ->
  group_symmetry q m N cl weight (fun i => i) (swap j1 j2).
Proof.
  intros H1 H2 E Hc. assert (Hc2 : (cl j2 < q)%nat) by (rewrite <- E; exact Hc).
  split; [split; [|split]|split]; auto.
  - intros j Hj. rewrite swap_involution.
    destruct (swap_cases j1 j2 j) as [[-> ->]|[[_ [-> ->]]|[_ [_ ->]]]]; repeat split; auto;
      rewrite !weights by assumption; reflexivity.
  - intros j Hj Hg. destruct (swap_cases j1 j2 j) as [[-> _]|[[_ [-> _]]|[_ [_ E1]]]]; [lia | lia | exact E1].
Qed.

Lemma exchange_classes c c' : (c < q)%nat -> (c' < q)%nat -> c <> c' ->
  exists s, group_symmetry q m N cl weight (swap c c') s /\
    forall j, (j < N)%nat -> cl j <> c -> cl j <> c' -> s j = j.
Proof.
  intros Hc Hc' Ne. destruct (count_natural N (fun j => Nat.eqb (cl j) c)) as [u Hu].
  assert (Hu' : count N (fun j => Nat.eqb (cl j) c') = INR u).
  { rewrite <- Hu. unfold count. rewrite !sizes by assumption. reflexivity. }
  destruct (exchange_sets N u _ _ Hu Hu') as [s Hs].
  { intros j E1 E2. apply Nat.eqb_eq in E1. apply Nat.eqb_eq in E2. congruence. }
  assert (Fix : forall j, (j < N)%nat -> cl j <> c -> cl j <> c' -> s j = j).
  { intros j Hj N1 N2. apply Hs; [exact Hj | |]; apply Nat.eqb_neq; assumption. }
  assert (Ecl : forall j, (j < N)%nat -> cl (s j) = swap c c' (cl j)).
  { intros j Hj. destruct (Hs j Hj) as [_ [_ [E1 [E2 _]]]].
    destruct (swap_cases c c' (cl j)) as [[E3 ->]|[[_ [E3 ->]]|[N1 [N2 ->]]]].
    - apply Nat.eqb_eq. rewrite E2. apply Nat.eqb_eq, E3.
    - apply Nat.eqb_eq. rewrite E1. apply Nat.eqb_eq, E3.
    - rewrite (Fix j Hj N1 N2). reflexivity. }
  exists s. split; [|exact Fix]. split; [split; [|split]|split].
  - intros i. apply swap_involution.
  - intros i Hi. destruct (swap_cases c c' i) as [[_ ->]|[[_ [_ ->]]|[_ [_ ->]]]]; lia.
  - intros j Hj. destruct (Hs j Hj) as [L1 [I1 _]]. repeat split; [exact L1 | exact I1 | apply Ecl, Hj|].
    destruct (Nat.eq_dec (cl j) c) as [E1 | N1]; [|destruct (Nat.eq_dec (cl j) c') as [E1 | N2]].
    + rewrite !weights; auto; rewrite ?(Ecl j Hj), E1; try assumption. unfold swap. rewrite Nat.eqb_refl. exact Hc'.
    + rewrite !weights; auto; rewrite ?(Ecl j Hj), E1; try assumption.
      destruct (swap_cases c c' c') as [[_ ->]|[[_ [_ ->]]|[_ [_ ->]]]]; assumption.
    + rewrite (Fix j Hj N1 N2). reflexivity.
  - intros i Hi. destruct (swap_cases c c' i) as [[-> _]|[[_ [-> _]]|[_ [_ E]]]]; [lia | lia | exact E].
  - intros j Hj Hg. apply Fix; [exact Hj | |]; lia.
Qed.

(* Two samples of the group see the same logits, up to the exchange of their classes. *)
Lemma same_up_to_swap t j1 j2 i : 0 <= t -> (j1 < N)%nat -> (j2 < N)%nat -> (cl j1 < q)%nat -> (cl j2 < q)%nat ->
  (i < q + m)%nat -> L t (swap (cl j1) (cl j2) i) j2 = L t i j1.
Proof.
  intros Ht H1 H2 C1 C2 Hi.
  assert (same : forall j j' i, (j < N)%nat -> (j' < N)%nat -> cl j = cl j' -> (cl j < q)%nat -> (i < q + m)%nat ->
    L t i j' = L t i j).
  { intros j j' a Hj Hj' E Hc Ha. rewrite <- (logits_invariant _ _ (exchange_samples j j' Hj Hj' E Hc) t a j Ht Ha Hj).
    unfold swap. rewrite Nat.eqb_refl. reflexivity. }
  destruct (Nat.eq_dec (cl j1) (cl j2)) as [E | Ne].
  - replace (swap (cl j1) (cl j2) i) with i; [apply same; assumption|].
    destruct (swap_cases (cl j1) (cl j2) i) as [[-> ->]|[[_ [-> ->]]|[_ [_ ->]]]]; congruence.
  - destruct (exchange_classes (cl j1) (cl j2) C1 C2 Ne) as [s [Y _]].
    rewrite <- (logits_invariant _ _ Y t i j1 Ht Hi H1). destruct Y as [[_ [Yk Ys]] _].
    destruct (Ys j1 H1) as [Ls [_ [Es _]]].
    assert (E2 : cl (s j1) = cl j2) by (rewrite Es; unfold swap; rewrite Nat.eqb_refl; reflexivity).
    apply same; [exact Ls | exact H2 | exact E2 | rewrite E2; exact C2 | apply Yk, Hi].
Qed.

(* The form of the logits of the group. *)
Theorem symmetric_logits : exists (x b : R -> R) (z : R -> nat -> R), forall t j i, 0 <= t -> (j < N)%nat ->
  (cl j < q)%nat -> (i < q + m)%nat -> L t i j = logits q (cl j) (x t) (b t) (z t) i.
Proof.
  destruct (count_some N (fun j => Nat.eqb (cl j) 0)) as [j0 [Hj0 E0]].
  { unfold count. rewrite sizes by lia. exact Hn. }
  apply Nat.eqb_eq in E0.
  exists (fun t => L t 0%nat j0 - L t 1%nat j0), (fun t => L t 1%nat j0), (fun t i => L t i j0).
  intros t j i Ht Hj Hc Hi.
  assert (E : L t i j = L t (swap (cl j) 0 i) j0).
  { pose proof (same_up_to_swap t j j0 i Ht Hj Hj0 Hc ltac:(lia) Hi) as X. rewrite E0 in X. symmetry. exact X. }
  rewrite E. unfold logits. destruct (Nat.eqb_spec i (cl j)) as [-> | Ni].
  - unfold swap. rewrite Nat.eqb_refl. ring.
  - destruct (Nat.ltb_spec i q) as [Lq | Lq].
    + destruct (swap_cases (cl j) 0 i) as [[E1 _]|[[_ [E1 E2]]|[_ [N2 E2]]]]; [congruence| |]; rewrite E2.
      * destruct (Nat.eq_dec (cl j) 1) as [-> | N1]; [reflexivity|].
        destruct (exchange_classes (cl j) 1 Hc ltac:(lia) N1) as [s [Y F]].
        rewrite <- (logits_invariant _ _ Y t (cl j) j0 Ht ltac:(lia) Hj0), (F j0 Hj0) by lia.
        unfold swap. rewrite Nat.eqb_refl. reflexivity.
      * destruct (Nat.eq_dec i 1) as [-> | N1]; [reflexivity|].
        destruct (exchange_classes i 1 Lq ltac:(lia) N1) as [s [Y F]].
        rewrite <- (logits_invariant _ _ Y t i j0 Ht Hi Hj0), (F j0 Hj0) by lia.
        unfold swap. rewrite Nat.eqb_refl. reflexivity.
    + destruct (swap_cases (cl j) 0 i) as [[E1 _]|[[_ [E1 _]]|[_ [_ ->]]]]; [lia | lia | reflexivity].
Qed.

Lemma equal_on_group t j i : 0 <= t -> (j < N)%nat -> (q <= cl j)%nat -> (i < q)%nat -> L t i j = L t 0%nat j.
Proof.
  intros Ht Hj Hc Hi. destruct (Nat.eq_dec 0 i) as [<- | Ne]; [reflexivity|].
  destruct (exchange_classes 0 i ltac:(lia) Hi Ne) as [s [Y F]].
  rewrite <- (logits_invariant _ _ Y t 0%nat j Ht ltac:(lia) Hj), (F j Hj) by lia.
  unfold swap. rewrite Nat.eqb_refl. reflexivity.
Qed.

Hypotheses (centred : sum q v = 0) (unit : sum q (fun i => v i * v i) = 1).
Hypothesis balanced0 : forall l, (l < d)%nat -> feature q N cl v H 0 l = sqrt n * classifier q v W 0 l.

Let x := fraction q d N cl n v W H.

(* The equation of CrossEntropy.v, from the start alone. *)
Theorem start_group_mode : exists (b : R -> R) (z : R -> nat -> R),
  group_mode (sqrt n * omega) x (fun t => advantage q m 0 1 (x t) (b t) (z t)).
Proof.
  destruct symmetric_logits as [y [b [z F]]]. exists b, z.
  apply (flow_group_mode q m d N cl weight n omega v W H y b z); try assumption.
  intros t j i Ht Hj Hc Hi. apply equal_on_group; assumption.
Qed.

(* The modes within the group have a half time, to a constant that falls with q. *)
Theorem cross_entropy_half_time delta : ln 2 / 2 < delta -> x 0 = exp (-2 * delta) ->
  exists tc, first_half x tc /\ group_half_time (sqrt n * omega) delta tc /\
    (delta - ln 2 / 2) / (sqrt n * omega) <= tc <= latest_of (INR q) delta / (sqrt n * omega).
Proof.
  intros Hd x0. destruct start_group_mode as [b [z mode]].
  assert (Hr : 0 < sqrt n * omega) by (apply Rmult_lt_0_compat; [apply sqrt_lt_R0, Hn | exact Homega]).
  pose proof (scaled_range delta Hd) as H0. rewrite <- x0 in H0.
  destruct (group_half_exists (sqrt n * omega) x _ Hr H0 mode) as [tc F].
  assert (G : group_half_time (sqrt n * omega) delta tc) by (exists x; eexists; split; [exact mode | split; assumption]).
  exists tc. split; [exact F|]. split; [exact G|]. split.
  - apply (group_half_time_bounds _ _ _ Hr Hd G).
  - apply (group_half_time_of_classes (INR q) _ _ x _ _ ltac:(apply (le_INR 2); exact Hq) Hr Hd mode); [|exact x0 | exact F].
    intros t Ht. apply advantage_at_most_of_group; [lia | lia | lia|].
    left. apply (group_positive _ x _ Hr H0 mode t Ht).
Qed.
End Start.
