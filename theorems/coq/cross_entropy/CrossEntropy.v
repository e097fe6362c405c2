(* Modes within a group of classes under the softmax cross-entropy: their equation, and their half times from any start.

   The group has q classes among q + m.  By symmetry the logits of a sample of class c of the group are b + x at
   c, b at the other classes of the group, and z j outside it.  Along any mode within the group the residual is that
   of zero logits times 1 - g, g how far c is ahead of another class of the group,
     0 <= g <= (exp x - 1) / (exp x + q - 1) <= tanh (x / 2),
   so that the fraction x of the mode solves, with rate rho = sigma omega,
     x' = 2 rho x (1 - g)
   where the squared loss has g = x.  Its half time is between ln (1 / 2 x(0)) / 2 rho and an integral over 2 rho, both
   attained, the second by a group with no other classes.

   Hypotheses: rho > 0, 0 < x(0) < 1/2; x solves the equation for all t >= 0, g is only bounded as above.  That the flow is of
   this form from a symmetric start is derived in CrossEntropyFlow.v, that it exists in CrossEntropyWellPosed.v.
   Computed by: ufm_theory::cross_entropy, ufm_simulation::CrossEntropyFlow.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Lia Psatz Arith.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window FiniteSums Comparison ExactWindow.
Open Scope R_scope.

(* Softmax over n classes, and the residual of a sample of class c. *)
Definition softmax (n : nat) (l : nat -> R) (i : nat) : R := exp (l i) / sum n (fun j => exp (l j)).
Definition residual (n c : nat) (l : nat -> R) (i : nat) : R := (if Nat.eqb i c then 1 else 0) - softmax n l i.

(* The logits of a sample of class c of the group of the first q classes. *)
Definition logits (q c : nat) (x b : R) (z : nat -> R) (i : nat) : R :=
  if Nat.eqb i c then b + x else if Nat.ltb i q then b else z i.

(* What the own class is ahead of another of the group, and its bound. *)
Definition advantage (q m c d : nat) (x b : R) (z : nat -> R) : R :=
  softmax (q + m) (logits q c x b z) c - softmax (q + m) (logits q c x b z) d.
Definition ceiling (x : R) : R := (exp x - 1) / (exp x + 1).

(* The same for q classes of the group. *)
Definition ceiling_of (q x : R) : R := (exp x - 1) / (exp x + (q - 1)).

Lemma ceiling_of_two x : ceiling_of 2 x = ceiling x.
Proof. unfold ceiling_of, ceiling. f_equal. f_equal. ring. Qed.

(* The equation of the modes within a group, with whatever g the rest of the flow makes. *)
Definition group_mode (rho : R) (x g : R -> R) : Prop := forall t, 0 <= t ->
  is_derive x t (2 * rho * x t * (1 - g t)) /\ (0 <= x t -> 0 <= g t <= ceiling (x t)).

(* tc is a half time of such modes from the scaled start. *)
Definition group_half_time (rho delta tc : R) : Prop :=
  exists x g, group_mode rho x g /\ x 0 = exp (-2 * delta) /\ first_half x tc.

Lemma sum_exp_nonneg n f : 0 <= sum n (fun j => exp (f j)).
Proof. induction n; simpl; [lra|]. pose proof (exp_pos (f n)). lra. Qed.

Theorem ceiling_tanh x : ceiling x = tanh (x / 2).
Proof.
  unfold ceiling, tanh, sinh, cosh. replace (exp x) with (exp (x / 2) * exp (x / 2)).
  2:{ rewrite <- exp_plus. f_equal. field. }
  rewrite exp_Ropp. pose proof (exp_pos (x / 2)). field. nra.
Qed.

Lemma ceiling_range x : 0 <= x -> 0 <= ceiling x < 1.
Proof.
  intros Hx. pose proof (exp_ineq1_le x). unfold ceiling. split.
  - apply Rdiv_le_0_compat; lra.
  - apply Rlt_div_l; lra.
Qed.

(* The squared loss has x where half of it is a bound here. *)
Theorem ceiling_at_most_half x : 0 <= x -> ceiling x <= x / 2.
Proof.
  intros Hx. pose proof (exp_pos x). unfold ceiling. apply Rle_div_l; [lra|].
  assert (L : 0 * (exp 0 + 1) / 2 - (exp 0 - 1) <= x * (exp x + 1) / 2 - (exp x - 1)).
  { apply (nondecreasing (fun u => u * (exp u + 1) / 2 - (exp u - 1)) (fun u => (1 - (1 - u) * exp u) / 2) x Hx).
    - intros u _. auto_derive; [exact I | field].
    - intros u Hu. assert (E : exp u * exp (- u) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
      pose proof (exp_ineq1_le (- u)). pose proof (exp_pos u). nra. }
  rewrite exp_0 in L. lra.
Qed.

Section Softmax.
Variables (q m c d : nat) (x b : R) (z : nat -> R).
Hypotheses (Hc : (c < q)%nat) (Hd : (d < q)%nat) (Hcd : c <> d).

Let l := logits q c x b z.

Lemma logits_own : l c = b + x.
Proof. unfold l, logits. rewrite Nat.eqb_refl. reflexivity. Qed.

Lemma logits_group i : (i < q)%nat -> i <> c -> l i = b.
Proof.
  intros Hi Hic. unfold l, logits. apply Nat.eqb_neq in Hic. rewrite Hic.
  apply Nat.ltb_lt in Hi. rewrite Hi. reflexivity.
Qed.

Lemma partition_function : sum (q + m) (fun j => exp (l j))
  = exp b * (exp x + INR (q - 1) + sum m (fun j => exp (z (q + j)%nat - b))).
Proof.
  rewrite sum_split, (sum_ext q _ (fun i => exp b + (exp (b + x) - exp b) * (if Nat.eqb c i then 1 else 0))).
  2:{ intros i Hi. destruct (Nat.eq_dec c i) as [<- | N].
      - rewrite Nat.eqb_refl, logits_own. ring.
      - rewrite logits_group by auto. apply Nat.eqb_neq in N. rewrite N. ring. }
  rewrite sum_add, (sum_delta q c (fun _ => exp (b + x) - exp b)), sum_const by exact Hc.
  rewrite (sum_ext m _ (fun j => exp b * exp (z (q + j)%nat - b))).
  2:{ intros j _. rewrite <- exp_plus. f_equal. unfold l, logits.
      replace (Nat.eqb (q + j) c) with false by (symmetry; apply Nat.eqb_neq; lia).
      replace (Nat.ltb (q + j) q) with false by (symmetry; apply Nat.ltb_ge; lia). ring. }
  rewrite sum_scal, exp_plus, minus_INR by lia. simpl. ring.
Qed.

Lemma partition_pos : 0 <= sum m (fun j => exp (z (q + j)%nat - b)) /\ 1 <= INR (q - 1).
Proof. split; [apply (sum_exp_nonneg m (fun j => z (q + j)%nat - b)) | apply (le_INR 1); lia]. Qed.

(* How far the own class is ahead of another class of the group. *)
Theorem advantage_formula : advantage q m c d x b z
  = (exp x - 1) / (exp x + INR (q - 1) + sum m (fun j => exp (z (q + j)%nat - b))).
Proof.
  unfold advantage, softmax. fold l. rewrite partition_function, logits_own, (logits_group d) by auto.
  pose proof partition_pos. pose proof (exp_pos x). pose proof (exp_pos b). rewrite exp_plus. field. lra.
Qed.

(* At least 0, and at most what two classes alone would give. *)
Theorem advantage_at_most_of_group : 0 <= x -> advantage q m c d x b z <= ceiling_of (INR q) x.
Proof.
  intros Hx. rewrite advantage_formula. pose proof partition_pos as [Hz H1]. pose proof (exp_ineq1_le x).
  rewrite minus_INR in * by lia. simpl in *. unfold ceiling_of.
  apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; lra.
Qed.

Theorem advantage_bounds : 0 <= x -> 0 <= advantage q m c d x b z <= ceiling x.
Proof.
  intros Hx. rewrite advantage_formula. pose proof partition_pos as [Hz Hq]. pose proof (exp_ineq1_le x).
  unfold ceiling. split; [apply Rdiv_le_0_compat; lra|].
  apply Rmult_le_compat_l; [lra|]. apply Rinv_le_contravar; lra.
Qed.

(* The residual on the group: 1 minus this of the own class, and the same on all. *)
Lemma residual_group i : (i < q)%nat -> residual (q + m) c l i
  = (1 - advantage q m c d x b z) * (if Nat.eqb c i then 1 else 0) - softmax (q + m) l d.
Proof.
  intros Hi. unfold residual, advantage. fold l. rewrite (Nat.eqb_sym c i).
  destruct (Nat.eqb_spec i c) as [-> | N]; [ring|].
  unfold softmax. rewrite (logits_group i Hi N), (logits_group d Hd) by auto. ring.
Qed.

(* Between any two classes of the group it is 1 minus this times that of zero logits. *)
Theorem residual_within i j : (i < q)%nat -> (j < q)%nat ->
  residual (q + m) c l i - residual (q + m) c l j
  = (1 - advantage q m c d x b z) * (residual (q + m) c (fun _ => 0) i - residual (q + m) c (fun _ => 0) j).
Proof.
  intros Hi Hj. rewrite (residual_group i Hi), (residual_group j Hj). unfold residual, softmax.
  rewrite (Nat.eqb_sym c i), (Nat.eqb_sym c j). ring.
Qed.

(* And so along any mode v within the group: entries that sum to zero. *)
Theorem residual_on_mode (v : nat -> R) : sum q v = 0 ->
  sum q (fun i => v i * residual (q + m) c l i) = (1 - advantage q m c d x b z) * v c.
Proof.
  intros Hv. set (a := 1 - advantage q m c d x b z).
  rewrite (sum_ext q _ (fun i => a * (v i * (if Nat.eqb c i then 1 else 0)) + - softmax (q + m) l d * v i)).
  2:{ intros i Hi. rewrite (residual_group i Hi). fold a. ring. }
  rewrite sum_add, !sum_scal, (sum_delta q c v Hc), Hv. ring.
Qed.
End Softmax.

(* Without another group two classes are at the bound. *)
Theorem advantage_two_classes x b z : advantage 2 0 0 1 x b z = ceiling x.
Proof. rewrite advantage_formula by lia. unfold ceiling. simpl. f_equal. ring. Qed.

Theorem advantage_no_others q x b z : (2 <= q)%nat -> advantage q 0 0 1 x b z = ceiling_of (INR q) x.
Proof. intros Hq. rewrite advantage_formula by lia. unfold ceiling_of. rewrite minus_INR by lia. simpl. f_equal. ring. Qed.

(* The softmax gives an equation of this kind, whatever b and z do. *)
Theorem softmax_group_mode q m c d rho x b z : (c < q)%nat -> (d < q)%nat -> c <> d ->
  (forall t, 0 <= t -> is_derive x t (2 * rho * x t * (1 - advantage q m c d (x t) (b t) (z t)))) ->
  group_mode rho x (fun t => advantage q m c d (x t) (b t) (z t)).
Proof. intros Hc Hd Hcd D t Ht. split; [apply D, Ht|]. apply advantage_bounds; assumption. Qed.

(* What grows at least at rate 1 everywhere has an inverse, with the inverse rate. *)
Lemma inverse_function (K k : R -> R) :
  (forall v, is_derive K v (k v)) -> (forall v, 1 <= k v) ->
  exists y : R -> R, (forall v, y (K v) = v) /\ (forall s, is_derive y s (/ k (y s))).
Proof.
  intros D P.
  assert (G : forall a c, a <= c -> c - a <= K c - K a).
  { intros a c H. destruct (MVT_gen K a c k) as [v [_ E]].
    - intros v _. apply D.
    - intros v _. apply derive_continuity. eexists. apply D.
    - pose proof (P v). nra. }
  assert (I : forall s, {v | K v = s}).
  { intros s. pose proof (Rabs_pos (s - K 0)) as HM. set (M := Rabs (s - K 0)) in *.
    assert (B : - M <= s - K 0 <= M) by (apply Rabs_le_between, Rle_refl).
    pose proof (G (- M) 0 ltac:(lra)). pose proof (G 0 M ltac:(lra)).
    destruct (IVT_gen K (- M) M s) as [v [_ E]]; [| |exists v; exact E].
    - intros v. apply derive_continuity. eexists. apply D.
    - rewrite Rmin_left, Rmax_right by lra. lra. }
  set (y := fun s => proj1_sig (I s)). assert (E : forall s, K (y s) = s) by (intros s; apply proj2_sig).
  clearbody y. exists y. split.
  { intros v. pose proof (E (K v)) as Ev. destruct (Rle_or_lt v (y (K v))) as [L|L].
    - pose proof (G v (y (K v)) L). lra.
    - pose proof (G (y (K v)) v ltac:(lra)). lra. }
  intros s. apply is_derive_Reals. intros eps He.
  destruct (proj1 (is_derive_Reals _ _ _) (D (y s)) eps He) as [d Hd]. exists d. intros h Hh Hs.
  set (w := y (s + h) - y s). assert (Ew : K (y s + w) - K (y s) = h).
  { unfold w. replace (y s + (y (s + h) - y s)) with (y (s + h)) by ring. rewrite !E. ring. }
  assert (Q : w <> 0 /\ Rabs w <= Rabs h /\ 1 <= h / w).
  { destruct (Rtotal_order w 0) as [L|[L|L]].
    - pose proof (G (y s + w) (y s) ltac:(lra)). rewrite !Rabs_left by lra. split; [lra|]. split; [lra|].
      replace (h / w) with (- h / - w) by (field; lra). apply Rle_div_r; lra.
    - rewrite L, Rplus_0_r in Ew. lra.
    - pose proof (G (y s) (y s + w) ltac:(lra)). rewrite !Rabs_right by lra. split; [lra|]. split; [lra|].
      apply Rle_div_r; lra. }
  destruct Q as [Qw [Ql Q1]]. pose proof (Hd w Qw ltac:(lra)) as C. rewrite Ew in C. pose proof (P (y s)) as Pk.
  fold w. replace (w / h - / k (y s)) with ((k (y s) - h / w) * / (h / w * k (y s))) by (field; repeat split; lra).
  apply Rle_lt_trans with (2 := C). rewrite Rabs_mult, (Rabs_minus_sym (h / w)).
  rewrite <- (Rmult_1_r (Rabs (k (y s) - h / w))) at 2. apply Rmult_le_compat_l; [apply Rabs_pos|].
  assert (1 <= h / w * k (y s)) by nra. rewrite Rabs_right by (left; apply Rinv_0_lt_compat; lra).
  rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
Qed.

(* A group with no other is at the bound all the time, and its equation has a solution. *)
Theorem group_alone_solution q rho e : (2 <= q)%nat -> 0 < e -> exists x : R -> R, x 0 = e /\
  forall t, is_derive x t (2 * rho * x t * (1 - advantage q 0 0 1 (x t) 0 (fun _ => 0))).
Proof.
  intros Hq He. assert (Q : 2 <= INR q) by (apply (le_INR 2), Hq).
  set (k := fun v => (exp (exp v) + (INR q - 1)) / INR q). set (K := fun v => RInt k (ln e) v).
  assert (C : forall v, continuous k v).
  { intros v. apply (ex_derive_continuous k v). unfold k. auto_derive. exact I. }
  destruct (inverse_function K k) as [y [Ey Dy]].
  - intros v. apply (is_derive_RInt k K (ln e) v); [|apply C]. apply filter_forall. intros u.
    apply (@RInt_correct R_CompleteNormedModule), (ex_RInt_continuous k). intros w _. apply C.
  - intros v. pose proof (exp_pos v). pose proof (exp_ineq1_le (exp v)). unfold k. apply Rle_div_r; lra.
  - exists (fun t => exp (y (2 * rho * t))). split.
    + rewrite Rmult_0_r, <- (exp_ln e He). f_equal. rewrite <- (Ey (ln e)). f_equal.
      unfold K. rewrite RInt_point. reflexivity.
    + intros t. rewrite advantage_no_others by exact Hq. unfold ceiling_of. pose proof (Dy (2 * rho * t)) as D.
      auto_derive; [eexists; exact D|]. rewrite (is_derive_unique _ _ _ D : Derive (fun v => y v) _ = _).
      unfold k. pose proof (exp_pos (exp (y (2 * rho * t)))). field. lra.
Qed.

Section HalfTime.
Variables (rho : R) (x g : R -> R).
Hypotheses (Hrho : 0 < rho) (start : 0 < x 0 < 1 / 2).
Hypothesis mode : group_mode rho x g.

Lemma fraction_derive t : 0 <= t -> is_derive x t (2 * rho * x t * (1 - g t)).
Proof. intros Ht. apply (mode t Ht). Qed.

Lemma rest_pos t : 0 <= t -> 0 <= x t -> 0 < 1 - g t <= 1.
Proof. intros Ht Hx. pose proof (proj2 (mode t Ht) Hx). pose proof (ceiling_range (x t) Hx). lra. Qed.

(* The fraction stays positive. *)
Theorem group_positive t : 0 <= t -> 0 < x t.
Proof.
  intros Ht. destruct (Rlt_or_le 0 (x t)) as [|N]; [assumption|exfalso].
  destruct (first_time (fun u => - x u) 0 t Ht) as [u [Hu [E B]]]; [lra|lra| |].
  - intros u Hu. apply derive_continuity. pose proof (fraction_derive u ltac:(lra)) as D.
    auto_derive. eexists; exact D.
  - assert (x 0 <= x u); [|lra].
    apply (nondecreasing x (fun v => 2 * rho * x v * (1 - g v)) u ltac:(lra)).
    + intros v Hv. apply fraction_derive. lra.
    + intros v Hv. assert (0 <= x v).
      { destruct (Req_dec v u) as [-> | Nv]; [lra|]. pose proof (B v ltac:(lra)). lra. }
      pose proof (rest_pos v ltac:(lra) H). repeat apply Rmult_le_pos; lra.
Qed.

(* And increases. *)
Theorem group_increasing t u : 0 <= t < u -> x t < x u.
Proof.
  intros H. destruct (MVT_gen x t u (fun v => 2 * rho * x v * (1 - g v))) as [v [Hv E]].
  - rewrite Rmin_left, Rmax_right by lra. intros v Hv. apply fraction_derive. lra.
  - rewrite Rmin_left, Rmax_right by lra. intros v Hv.
    apply derive_continuity. eexists. apply fraction_derive. lra.
  - rewrite Rmin_left, Rmax_right in Hv by lra. pose proof (group_positive v ltac:(lra)) as P.
    pose proof (rest_pos v ltac:(lra) ltac:(lra)).
    assert (0 < 2 * rho * x v * (1 - g v) * (u - t)) by (repeat apply Rmult_lt_0_compat; lra). lra.
Qed.

(* No faster than exponentially. *)
Theorem group_at_most_exponential t : 0 <= t -> x t <= x 0 * exp (2 * rho * t).
Proof.
  intros Ht. assert (L : - (x 0 * exp (- (2 * rho) * 0)) <= - (x t * exp (- (2 * rho) * t))).
  { apply (nondecreasing (fun u => - (x u * exp (- (2 * rho) * u)))
      (fun u => 2 * rho * x u * g u * exp (- (2 * rho) * u)) t Ht).
    - intros u Hu. pose proof (fraction_derive u ltac:(lra)) as D. auto_derive; [eexists; exact D|].
      rewrite (is_derive_unique _ _ _ D : Derive (fun v => x v) u = _). ring.
    - intros u Hu. pose proof (group_positive u ltac:(lra)) as P. pose proof (proj2 (mode u ltac:(lra)) ltac:(lra)).
      pose proof (exp_pos (- (2 * rho) * u)). repeat apply Rmult_le_pos; lra. }
  rewrite Rmult_0_r, exp_0 in L. replace (- (2 * rho) * t) with (- (2 * rho * t)) in L by ring.
  rewrite exp_Ropp in L. pose proof (exp_pos (2 * rho * t)) as He. apply Rle_div_l; [exact He|]. unfold Rdiv. lra.
Qed.

(* While not above its half, half the fraction grows at least like a logistic law of rate rho. *)
Lemma half_within T : 0 <= T -> x T <= 1 / 2 -> 2 * rho * T <= ln ((2 / x 0 - 1) / 3).
Proof.
  intros HT H.
  assert (B : forall t, 0 <= t <= T -> 0 < x t <= 1 / 2).
  { intros t Ht. split; [apply group_positive; lra|]. destruct (Req_dec t T) as [-> | N]; [exact H|].
    pose proof (group_increasing t T ltac:(lra)). lra. }
  assert (L : x 0 / 2 / (1 - x 0 / 2) <= x T / 2 / (1 - x T / 2) * exp (- (2 * rho) * T)).
  { apply (odds_at_least (fun t => x t / 2) (fun t => rho * x t * (1 - g t)) rho T HT).
    - intros t Ht. pose proof (B t Ht). lra.
    - intros t Ht. pose proof (fraction_derive t ltac:(lra)) as D. auto_derive; [eexists; exact D|].
      rewrite (is_derive_unique _ _ _ D : Derive (fun v => x v) t = _). field.
    - intros t Ht. pose proof (B t Ht) as Bt. pose proof (proj2 (mode t ltac:(lra)) ltac:(lra)).
      pose proof (ceiling_at_most_half (x t) ltac:(lra)).
      assert (0 <= rho * x t * (x t / 2 - g t)) by (repeat apply Rmult_le_pos; lra). lra. }
  pose proof (B T ltac:(lra)) as BT.
  assert (L3 : x T / 2 / (1 - x T / 2) <= 1 / 3) by (apply Rle_div_l; lra).
  replace (- (2 * rho) * T) with (- (2 * rho * T)) in L by ring. rewrite exp_Ropp in L.
  pose proof (exp_pos (2 * rho * T)) as He. rewrite <- (ln_exp (2 * rho * T)). apply ln_le; [exact He|].
  set (e := exp (2 * rho * T)) in *. clearbody e. set (y := x T / 2 / (1 - x T / 2)) in *. clearbody y.
  assert (L2 : x 0 / 2 / (1 - x 0 / 2) * e <= 1 / 3).
  { apply Rle_trans with y; [|exact L3]. apply Rle_div_r; [exact He|]. exact L. }
  replace ((2 / x 0 - 1) / 3) with (1 / 3 / (x 0 / 2 / (1 - x 0 / 2))) by (field; lra).
  apply Rle_div_r; [|lra]. apply Rdiv_lt_0_compat; lra.
Qed.

(* The half is reached, once. *)
Theorem group_half_exists : exists tc, first_half x tc.
Proof.
  set (T := Rabs (ln ((2 / x 0 - 1) / 3)) / (2 * rho) + 1).
  assert (HT : 2 * rho * T = Rabs (ln ((2 / x 0 - 1) / 3)) + 2 * rho) by (unfold T; field; lra).
  assert (HT0 : 0 < T).
  { unfold T. apply Rplus_le_lt_0_compat; [|lra]. apply Rdiv_le_0_compat; [apply Rabs_pos | lra]. }
  assert (X : 1 / 2 <= x T).
  { destruct (Rle_or_lt (1 / 2) (x T)) as [|L]; [assumption|exfalso].
    pose proof (half_within T ltac:(lra) ltac:(lra)) as W. pose proof (Rle_abs (ln ((2 / x 0 - 1) / 3))). lra. }
  destruct (first_time x (1 / 2) T ltac:(lra) ltac:(lra) X) as [tc [Htc [F B]]].
  { intros t Ht. apply derive_continuity. eexists. apply fraction_derive. lra. }
  exists tc. split; [lra|]. split; assumption.
Qed.

Theorem group_half_unique tc t : first_half x tc -> 0 <= t -> x t = 1 / 2 -> t = tc.
Proof.
  intros [Htc [E _]] Ht Et. destruct (Rtotal_order t tc) as [L|[L|L]]; [exfalso|exact L|exfalso].
  - pose proof (group_increasing t tc ltac:(lra)). lra.
  - pose proof (group_increasing tc t ltac:(lra)). lra.
Qed.

(* Between these times, from any start below the half. *)
Theorem half_time_bounds tc : first_half x tc ->
  ln (1 / (2 * x 0)) <= 2 * rho * tc <= ln ((2 / x 0 - 1) / 3).
Proof.
  intros [Htc [E _]]. split; [|apply half_within; lra].
  rewrite <- (ln_exp (2 * rho * tc)). apply ln_le; [apply Rdiv_lt_0_compat; lra|].
  apply Rle_div_l; [lra|]. pose proof (group_at_most_exponential tc Htc). lra.
Qed.

(* The sharp upper bound, an integral, for groups of q classes. *)
Variable q : R.
Hypothesis Hq : 2 <= q.
Let pace u := (exp u + (q - 1)) / (q * u).

Lemma pace_continuous u : 0 < u -> continuous pace u.
Proof. intros Hu. apply (ex_derive_continuous pace u). unfold pace. auto_derive. nra. Qed.

Lemma pace_integrable a c : 0 < a -> 0 < c -> ex_RInt pace a c.
Proof.
  intros Ha Hc. apply (ex_RInt_continuous pace). intros u Hu. apply pace_continuous.
  apply Rlt_le_trans with (2 := proj1 Hu). apply Rmin_glb_lt; assumption.
Qed.

Lemma passed_derive t : 0 <= t ->
  is_derive (fun u => RInt pace (x 0) (x u)) t (2 * rho * ((exp (x t) + (q - 1)) * (1 - g t) / q)).
Proof.
  intros Ht. pose proof (group_positive t Ht) as P.
  assert (D : is_derive (fun y => RInt pace (x 0) y) (x t) (pace (x t))).
  { apply (is_derive_RInt pace _ (x 0) (x t)); [|apply pace_continuous, P].
    exists (mkposreal _ P). intros y Hy. apply (@RInt_correct R_CompleteNormedModule), pace_integrable; [lra|].
    apply Rabs_def2 in Hy. simpl in Hy. unfold minus, plus, opp in Hy; simpl in Hy. lra. }
  replace (2 * rho * ((exp (x t) + (q - 1)) * (1 - g t) / q)) with (scal (2 * rho * x t * (1 - g t)) (pace (x t))).
  - apply (is_derive_comp (fun y => RInt pace (x 0) y) x t _ _ D (fraction_derive t Ht)).
  - unfold scal; simpl; unfold mult; simpl. unfold pace. field. lra.
Qed.

Lemma passed_less_derive t : 0 <= t -> is_derive (fun u => RInt pace (x 0) (x u) - 2 * rho * u) t
  (2 * rho * ((exp (x t) + (q - 1)) * (1 - g t) / q - 1)).
Proof.
  intros Ht. replace (2 * rho * ((exp (x t) + (q - 1)) * (1 - g t) / q - 1))
    with (2 * rho * ((exp (x t) + (q - 1)) * (1 - g t) / q) - 2 * rho) by ring.
  apply (is_derive_minus (fun v => RInt pace (x 0) (x v)) (fun v => 2 * rho * v)).
  - apply passed_derive, Ht.
  - auto_derive; [exact I | ring].
Qed.

Theorem half_time_at_most_integral tc : (forall t, 0 <= t -> g t <= ceiling_of q (x t)) -> first_half x tc ->
  2 * rho * tc <= RInt (fun u => (exp u + (q - 1)) / (q * u)) (x 0) (1 / 2).
Proof.
  intros Hg [Htc [E _]]. rewrite <- E. change (2 * rho * tc <= RInt pace (x 0) (x tc)).
  assert (L : RInt pace (x 0) (x 0) - 2 * rho * 0 <= RInt pace (x 0) (x tc) - 2 * rho * tc).
  { apply (nondecreasing (fun u => RInt pace (x 0) (x u) - 2 * rho * u)
      (fun u => 2 * rho * ((exp (x u) + (q - 1)) * (1 - g u) / q - 1)) tc Htc).
    - intros u Hu. apply passed_less_derive. lra.
    - intros u Hu. pose proof (Hg u ltac:(lra)) as G. pose proof (exp_pos (x u)) as He.
      apply Rmult_le_pos; [lra|]. apply Rle_minus_r. rewrite Rplus_0_l. apply Rle_div_r; [lra|]. rewrite Rmult_1_l.
      replace q with ((exp (x u) + (q - 1)) * (1 - ceiling_of q (x u))) at 1 by (unfold ceiling_of; field; lra).
      apply Rmult_le_compat_l; lra. }
  rewrite RInt_point in L. unfold zero in L; simpl in L. lra.
Qed.

(* Attained by modes that are at the bound all the time. *)
Theorem half_time_is_integral tc : (forall t, 0 <= t -> g t = ceiling_of q (x t)) -> first_half x tc ->
  2 * rho * tc = RInt (fun u => (exp u + (q - 1)) / (q * u)) (x 0) (1 / 2).
Proof.
  intros Hg [Htc [E _]]. rewrite <- E. change (2 * rho * tc = RInt pace (x 0) (x tc)).
  assert (L : RInt pace (x 0) (x tc) - 2 * rho * tc = RInt pace (x 0) (x 0) - 2 * rho * 0).
  { apply (constant_of_zero_derivative (fun u => RInt pace (x 0) (x u) - 2 * rho * u)); [|exact Htc].
    intros u Hu. pose proof (passed_less_derive u Hu) as D. pose proof (exp_pos (x u)).
    replace (2 * rho * ((exp (x u) + (q - 1)) * (1 - g u) / q - 1)) with 0 in D; [exact D|].
    rewrite (Hg u Hu). unfold ceiling_of. field. lra. }
  rewrite RInt_point in L. unfold zero in L; simpl in L. lra.
Qed.
End HalfTime.
