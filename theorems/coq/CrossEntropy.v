(* How the modes within a group are learned under the weighted softmax cross-entropy, whatever the contrast
   mode and the other group do meanwhile.

   From a symmetric start the logits of a sample of class c, one of the q classes 0 .. q - 1 of its group, are
   b + x on c, b on the rest of the group and any numbers z on the m classes of the other group; x is the fraction
   of the modes within the group, amplitude over singular value.  The residual within the group is 1 - g times that
   of zero logits, g = softmax_c - softmax_d between 0 and (e^x - 1) / (e^x + 1) = tanh (x / 2); so
     x' = 2 rho x (1 - g),   rho = sigma omega,
   where the squared loss has g = x.  From the scaled start x = exp (-2 delta) the half time times rho is between
   delta - ln 2 / 2 and delta - ln (3 / 2) / 2 < delta - 1 / 5, earlier than under the squared loss, so that two groups
   are learned in the ratio of their rates as delta grows.

   Hypotheses: rho > 0, delta > ln 2 / 2; x solves the equation for all t >= 0, g is only bounded as above.  For g = 0
   and for two classes alone there are solutions here, which attain the two bounds.  That the flow is of this form from a
   symmetric start is derived in CrossEntropyFlow.v, that it exists in CrossEntropyWellPosed.v.
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

(* The equation of the modes within a group, with whatever g the rest of the flow makes. *)
Definition group_mode (rho : R) (x g : R -> R) : Prop := forall t, 0 <= t ->
  is_derive x t (2 * rho * x t * (1 - g t)) /\ (0 <= x t -> 0 <= g t <= ceiling (x t)).

(* tc is a half time of such modes from the scaled start. *)
Definition group_half_time (rho delta tc : R) : Prop :=
  exists x g, group_mode rho x g /\ x 0 = exp (-2 * delta) /\ first_half x tc.

Lemma sum_split n m f : sum (n + m) f = sum n f + sum m (fun j => f (n + j)%nat).
Proof. induction m; simpl; [rewrite Nat.add_0_r; ring|]. rewrite <- plus_n_Sm. simpl. rewrite IHm. ring. Qed.

Lemma sum_const n c : sum n (fun _ => c) = INR n * c.
Proof. induction n; [simpl; ring|]. rewrite S_INR. simpl. rewrite IHn. ring. Qed.

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

(* Two classes with no other are at the bound all the time, and their equation has a solution. *)
Theorem two_classes_solution rho e : 0 < e -> exists x : R -> R, x 0 = e /\
  forall t, is_derive x t (2 * rho * x t * (1 - advantage 2 0 0 1 (x t) 0 (fun _ => 0))).
Proof.
  intros He. set (k := fun v => (exp (exp v) + 1) / 2). set (K := fun v => RInt k (ln e) v).
  assert (C : forall v, continuous k v).
  { intros v. apply (ex_derive_continuous k v). unfold k. auto_derive. exact I. }
  destruct (inverse_function K k) as [y [Ey Dy]].
  - intros v. apply (is_derive_RInt k K (ln e) v); [|apply C]. apply filter_forall. intros u.
    apply (@RInt_correct R_CompleteNormedModule), (ex_RInt_continuous k). intros w _. apply C.
  - intros v. pose proof (exp_pos v). pose proof (exp_ineq1_le (exp v)). unfold k. lra.
  - exists (fun t => exp (y (2 * rho * t))). split.
    + rewrite Rmult_0_r, <- (exp_ln e He). f_equal. rewrite <- (Ey (ln e)). f_equal.
      unfold K. rewrite RInt_point. reflexivity.
    + intros t. rewrite advantage_two_classes. unfold ceiling. pose proof (Dy (2 * rho * t)) as D.
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

(* The sharp upper bound, an integral. *)
Let pace u := (exp u + 1) / (2 * u).

Lemma pace_continuous u : 0 < u -> continuous pace u.
Proof. intros Hu. apply (ex_derive_continuous pace u). unfold pace. auto_derive. lra. Qed.

Lemma pace_integrable a c : 0 < a -> 0 < c -> ex_RInt pace a c.
Proof.
  intros Ha Hc. apply (ex_RInt_continuous pace). intros u Hu. apply pace_continuous.
  apply Rlt_le_trans with (2 := proj1 Hu). apply Rmin_glb_lt; assumption.
Qed.

Lemma passed_derive t : 0 <= t ->
  is_derive (fun u => RInt pace (x 0) (x u)) t (rho * ((exp (x t) + 1) * (1 - g t))).
Proof.
  intros Ht. pose proof (group_positive t Ht) as P.
  assert (D : is_derive (fun y => RInt pace (x 0) y) (x t) (pace (x t))).
  { apply (is_derive_RInt pace _ (x 0) (x t)); [|apply pace_continuous, P].
    exists (mkposreal _ P). intros y Hy. apply (@RInt_correct R_CompleteNormedModule), pace_integrable; [lra|].
    apply Rabs_def2 in Hy. simpl in Hy. unfold minus, plus, opp in Hy; simpl in Hy. lra. }
  replace (rho * ((exp (x t) + 1) * (1 - g t))) with (scal (2 * rho * x t * (1 - g t)) (pace (x t))).
  - apply (is_derive_comp (fun y => RInt pace (x 0) y) x t _ _ D (fraction_derive t Ht)).
  - unfold scal; simpl; unfold mult; simpl. unfold pace. field. lra.
Qed.

Lemma passed_less_derive t : 0 <= t -> is_derive (fun u => RInt pace (x 0) (x u) - 2 * rho * u) t
  (rho * ((exp (x t) + 1) * (1 - g t)) - 2 * rho).
Proof.
  intros Ht. apply (is_derive_minus (fun v => RInt pace (x 0) (x v)) (fun v => 2 * rho * v)).
  - apply passed_derive, Ht.
  - auto_derive; [exact I | ring].
Qed.

Theorem half_time_at_most_integral tc : first_half x tc ->
  2 * rho * tc <= RInt (fun u => (exp u + 1) / (2 * u)) (x 0) (1 / 2).
Proof.
  intros [Htc [E _]]. rewrite <- E. change (2 * rho * tc <= RInt pace (x 0) (x tc)).
  assert (L : RInt pace (x 0) (x 0) - 2 * rho * 0 <= RInt pace (x 0) (x tc) - 2 * rho * tc).
  { apply (nondecreasing (fun u => RInt pace (x 0) (x u) - 2 * rho * u)
      (fun u => rho * ((exp (x u) + 1) * (1 - g u)) - 2 * rho) tc Htc).
    - intros u Hu. apply passed_less_derive. lra.
    - intros u Hu. pose proof (group_positive u ltac:(lra)) as P.
      pose proof (proj2 (mode u ltac:(lra)) ltac:(lra)) as G. pose proof (exp_pos (x u)) as He.
      assert (2 <= (exp (x u) + 1) * (1 - g u)); [|nra].
      replace 2 with ((exp (x u) + 1) * (1 - ceiling (x u))) by (unfold ceiling; field; lra).
      apply Rmult_le_compat_l; lra. }
  rewrite RInt_point in L. unfold zero in L; simpl in L. lra.
Qed.

(* Attained by modes that are at the bound all the time. *)
Theorem half_time_is_integral tc : (forall t, 0 <= t -> g t = ceiling (x t)) -> first_half x tc ->
  2 * rho * tc = RInt (fun u => (exp u + 1) / (2 * u)) (x 0) (1 / 2).
Proof.
  intros Hg [Htc [E _]]. rewrite <- E. change (2 * rho * tc = RInt pace (x 0) (x tc)).
  assert (L : RInt pace (x 0) (x tc) - 2 * rho * tc = RInt pace (x 0) (x 0) - 2 * rho * 0).
  { apply (constant_of_zero_derivative (fun u => RInt pace (x 0) (x u) - 2 * rho * u)); [|exact Htc].
    intros u Hu. pose proof (passed_less_derive u Hu) as D. pose proof (exp_pos (x u)).
    replace (rho * ((exp (x u) + 1) * (1 - g u)) - 2 * rho) with 0 in D; [exact D|].
    rewrite (Hg u Hu). unfold ceiling. field. lra. }
  rewrite RInt_point in L. unfold zero in L; simpl in L. lra.
Qed.
End HalfTime.

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

(* Times the rate, the latest half time. *)
Definition latest (delta : R) : R :=
  delta - ln 2 / 2 + RInt (fun u => (exp u - 1) / u) (exp (-2 * delta)) (1 / 2) / 4.

Lemma above_integrable e u : 0 < e < 1 / 2 -> Rmin e (1 / 2) <= u <= Rmax e (1 / 2) ->
  0 < u /\ continuous (fun v => (exp v - 1) / v) u.
Proof.
  intros He Hu. rewrite Rmin_left in Hu by lra. split; [lra|].
  apply (ex_derive_continuous (fun v : R => (exp v - 1) / v) u). auto_derive. lra.
Qed.

Lemma latest_integral delta : ln 2 / 2 < delta ->
  RInt (fun u => (exp u + 1) / (2 * u)) (exp (-2 * delta)) (1 / 2) = 2 * latest delta.
Proof.
  intros Hd. unfold latest. pose proof (scaled_range delta Hd) as He.
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
  pose proof (is_RInt_plus _ _ _ _ _ _ (is_RInt_scal _ _ _ (1 / 2) _ I1) I2) as I3.
  apply is_RInt_unique. replace (2 * (delta - ln 2 / 2 + RInt f e (1 / 2) / 4))
    with (plus (scal (1 / 2) (RInt f e (1 / 2))) (- ln 2 - ln e)).
  2:{ unfold plus, scal; simpl; unfold mult; simpl. lra. }
  apply (is_RInt_ext (fun u => plus (scal (1 / 2) (f u)) (/ u))); [|exact I3].
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

(* The sharp upper bound. *)
Theorem group_half_time_sharp : tc <= latest delta / rho.
Proof.
  destruct half as [x [g [mode [x0 F]]]]. pose proof (scaled_range delta Hdelta) as H0. rewrite <- x0 in H0.
  pose proof (half_time_at_most_integral rho x g Hrho H0 mode tc F) as U.
  rewrite x0, latest_integral in U by exact Hdelta. apply Rle_div_r; [exact Hrho|]. lra.
Qed.
End Scaled.

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

(* Two classes alone attain the upper bound. *)
Theorem upper_bound_attained rho delta : 0 < rho -> ln 2 / 2 < delta -> exists x : R -> R, x 0 = exp (-2 * delta) /\
  (forall t, 0 <= t -> is_derive x t (2 * rho * x t * (1 - advantage 2 0 0 1 (x t) 0 (fun _ => 0)))) /\
  first_half x (latest delta / rho).
Proof.
  intros Hr Hd. destruct (two_classes_solution rho (exp (-2 * delta)) (exp_pos _)) as [x [x0 D]].
  exists x. split; [exact x0|]. split; [intros t _; apply D|].
  pose proof (softmax_group_mode 2 0 0 1 rho x (fun _ => 0) (fun _ _ => 0)
    ltac:(lia) ltac:(lia) ltac:(lia) (fun t _ => D t)) as mode.
  pose proof (scaled_range delta Hd) as H0. rewrite <- x0 in H0.
  destruct (group_half_exists rho x _ Hr H0 mode) as [tc F].
  pose proof (half_time_is_integral rho x _ Hr H0 mode tc (fun t _ => advantage_two_classes (x t) 0 _) F) as E.
  rewrite x0, latest_integral in E by exact Hd.
  replace (latest delta / rho) with tc; [exact F|]. apply (Rmult_eq_reg_l rho); [|lra].
  replace (rho * (latest delta / rho)) with (latest delta) by (field; lra). lra.
Qed.

Theorem latest_attained rho delta : 0 < rho -> ln 2 / 2 < delta -> group_half_time rho delta (latest delta / rho).
Proof.
  intros Hr Hd. destruct (upper_bound_attained rho delta Hr Hd) as [x [x0 [D F]]].
  exists x, (fun t => advantage 2 0 0 1 (x t) 0 (fun _ => 0)). split; [|split; assumption].
  apply (softmax_group_mode 2 0 0 1 rho x (fun _ => 0) (fun _ _ => 0)); [lia | lia | lia | exact D].
Qed.

(* In numbers: the bounds differ by less than ln (4 / 3) / 2 = 0.1438..., and by at least nearly 1 / 8. *)
Theorem latest_range delta : ln 2 / 2 < delta ->
  delta - ln 2 / 2 + 1 / 8 - exp (-2 * delta) / 4 <= latest delta < delta - ln (3 / 2) / 2.
Proof.
  intros Hd. split.
  - unfold latest. pose proof (scaled_range delta Hd) as He. set (e := exp (-2 * delta)) in *. clearbody e.
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
