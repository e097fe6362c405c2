(* The singular directions of STEP labels, sample by sample, over the real numbers.

   p majority classes with m_maj samples each and q minority classes with m_min each; y j is the class of
   sample j, the majority classes being those below p.  The labels Z i j = [i = y j] - 1 / k, k = p + q, are
   U diag(sigma) V^T, with p + q - 1 modes: the contrast of the two groups (mode 0), differences among majority
   classes (modes 1 to p - 1), differences among minority classes (modes p to p + q - 2).  The differences
   are Helmert's: class a + 1 against the mean of those before it.

   Hypotheses: p, q >= 1; m_maj, m_min > 0; any map y with these counts.
   Computed by: ufm_theory::labels::LabelSvd::step.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From UFM Require Import FiniteSums.
Open Scope R_scope.

Lemma sum_first n f : sum (S n) f = f O + sum n (fun i => f (S i)).
Proof. induction n; simpl in *; [ring|]. rewrite IHn. ring. Qed.

(* Class a + 1 against the mean of the classes 0 .. a. *)
Definition helmert (a c : nat) : R :=
  (if Nat.leb c a then 1 else if Nat.eqb c (S a) then - INR (S a) else 0) / sqrt (INR (S a) * INR (S (S a))).

Lemma helmert_norm a : let s := sqrt (INR (S a) * INR (S (S a))) in 0 < s /\ s * s = INR (S a) * (INR (S a) + 1).
Proof.
  assert (0 < INR (S a) * INR (S (S a))) by (apply Rmult_lt_0_compat; apply lt_0_INR; lia). split.
  - apply sqrt_lt_R0. assumption.
  - rewrite sqrt_sqrt by lra. rewrite (S_INR (S a)). reflexivity.
Qed.

Lemma helmert_before a c : (c <= a)%nat -> helmert a c = / sqrt (INR (S a) * INR (S (S a))).
Proof. intros H. unfold helmert. apply Nat.leb_le in H. rewrite H. unfold Rdiv. ring. Qed.
Lemma helmert_at a : helmert a (S a) = - INR (S a) / sqrt (INR (S a) * INR (S (S a))).
Proof.
  unfold helmert. replace (Nat.leb (S a) a) with false by (symmetry; apply Nat.leb_gt; lia).
  rewrite Nat.eqb_refl. reflexivity.
Qed.
Lemma helmert_after a c : (S a < c)%nat -> helmert a c = 0.
Proof.
  intros H. unfold helmert. replace (Nat.leb c a) with false by (symmetry; apply Nat.leb_gt; lia).
  replace (Nat.eqb c (S a)) with false by (symmetry; apply Nat.eqb_neq; lia). unfold Rdiv. ring.
Qed.

Lemma helmert_dot a n f : (S a < n)%nat ->
  sum n (fun c => helmert a c * f c) = (sum (S a) f - INR (S a) * f (S a)) / sqrt (INR (S a) * INR (S (S a))).
Proof.
  intros H. replace n with (S (S a) + (n - S (S a)))%nat by lia. rewrite sum_split.
  rewrite (sum_ext (n - S (S a)) _ (fun _ => 0)), sum_zero by (intros; rewrite helmert_after by lia; ring).
  change (sum (S (S a)) (fun c => helmert a c * f c)) with (sum (S a) (fun c => helmert a c * f c) + helmert a (S a) * f (S a)).
  rewrite helmert_at.
  rewrite (sum_ext (S a) _ (fun c => / sqrt (INR (S a) * INR (S (S a))) * f c)) by (intros; rewrite helmert_before by lia; ring).
  rewrite sum_scal. unfold Rdiv. ring.
Qed.

(* Zero-sum and orthonormal on n classes. *)
Theorem helmert_zero_sum a n : (S a < n)%nat -> sum n (helmert a) = 0.
Proof.
  intros H. rewrite (sum_ext n _ (fun c => helmert a c * 1)) by (intros; ring).
  rewrite helmert_dot, sum_const by exact H. unfold Rdiv. ring.
Qed.

Lemma helmert_below a b n : (a < b)%nat -> (S b < n)%nat -> sum n (fun c => helmert a c * helmert b c) = 0.
Proof.
  intros H Hn. rewrite helmert_dot by lia.
  rewrite (sum_ext (S a) _ (fun _ => / sqrt (INR (S b) * INR (S (S b))))) by (intros; apply helmert_before; lia).
  rewrite sum_const, helmert_before by lia. unfold Rdiv. ring.
Qed.

Theorem helmert_orthonormal a b n : (S a < n)%nat -> (S b < n)%nat ->
  sum n (fun c => helmert a c * helmert b c) = if Nat.eqb a b then 1 else 0.
Proof.
  intros Ha Hb. destruct (Nat.eqb_spec a b) as [<-|E].
  - rewrite helmert_dot by exact Ha. rewrite (sum_ext (S a) _ (fun _ => / sqrt (INR (S a) * INR (S (S a)))))
      by (intros; apply helmert_before; lia).
    rewrite sum_const, helmert_at. destruct (helmert_norm a) as [P Q].
    set (s := sqrt (INR (S a) * INR (S (S a)))) in *. apply (Rmult_eq_reg_r (s * s)); [|nra].
    transitivity (INR (S a) * (INR (S a) + 1)); [field; lra | rewrite Q; ring].
  - destruct (Nat.lt_ge_cases a b) as [L|L]; [apply helmert_below; assumption|].
    rewrite (sum_ext n _ (fun c => helmert b c * helmert a c)) by (intros; ring). apply helmert_below; lia.
Qed.

(* And complete: with the mean they make up all of R^(n + 1). *)
Theorem helmert_complete n i j : (i <= n)%nat -> (j <= n)%nat ->
  sum n (fun a => helmert a i * helmert a j) = (if Nat.eqb i j then 1 else 0) - / INR (S n).
Proof.
  revert i j. induction n as [|n IH]; intros i j Hi Hj.
  - replace i with O by lia. replace j with O by lia. simpl. field.
  - simpl sum. destruct (helmert_norm n) as [P Q]. set (s := sqrt (INR (S n) * INR (S (S n)))) in *.
    rewrite (S_INR (S n)). pose proof (lt_0_INR (S n) ltac:(lia)) as Pn.
    assert (I : / (s * s) = / INR (S n) - / (INR (S n) + 1)) by (rewrite Q; field; lra).
    destruct (Nat.eq_dec i (S n)) as [->|Ni], (Nat.eq_dec j (S n)) as [->|Nj].
    + rewrite (sum_ext n _ (fun _ => 0)), sum_zero by (intros; rewrite helmert_after by lia; ring).
      rewrite helmert_at, Nat.eqb_refl. fold s.
      transitivity (INR (S n) * INR (S n) * / (s * s)); [field; lra | rewrite I; field; lra].
    + rewrite (sum_ext n _ (fun _ => 0)), sum_zero by (intros; rewrite (helmert_after _ (S n)) by lia; ring).
      rewrite helmert_at, helmert_before by lia. replace (Nat.eqb (S n) j) with false by (symmetry; apply Nat.eqb_neq; lia).
      fold s. transitivity (- INR (S n) * / (s * s)); [field; lra | rewrite I; field; lra].
    + rewrite (sum_ext n _ (fun _ => 0)), sum_zero by (intros; rewrite (helmert_after _ (S n)) by lia; ring).
      rewrite helmert_at, helmert_before by lia. replace (Nat.eqb i (S n)) with false by (symmetry; apply Nat.eqb_neq; lia).
      fold s. transitivity (- INR (S n) * / (s * s)); [field; lra | rewrite I; field; lra].
    + rewrite IH, !helmert_before by lia. fold s.
      replace (/ s * / s) with (/ (s * s)) by (field; lra). rewrite I. ring.
Qed.

Section Step.
Variables (p q : nat).
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.

(* Whether a class, or a mode other than the contrast, belongs to the majority. *)
Definition majority (c : nat) : bool := Nat.ltb c p.

Definition step_U (c a : nat) : R :=
  match a with
  | O => (if majority c then INR q else - INR p) / sqrt (INR p * INR q * INR k)
  | S b => if majority a then (if majority c then helmert b c else 0)
           else (if majority c then 0 else helmert (a - p) (c - p))
  end.

(* Squared singular values, for class sizes x and z. *)
Definition step_square (x z : R) (a : nat) : R :=
  match a with O => (INR q * x + INR p * z) / INR k | S _ => if majority a then x else z end.

Lemma INR_pq : 0 < INR p /\ 0 < INR q /\ INR k = INR p + INR q.
Proof. repeat split; try (apply lt_0_INR; assumption). apply plus_INR. Qed.

Lemma majority_true c : (c < p)%nat -> majority c = true.
Proof. apply Nat.ltb_lt. Qed.
Lemma majority_false c : majority (p + c) = false.
Proof. apply Nat.ltb_ge. lia. Qed.

(* Sums over classes and over modes, by groups. *)
Lemma sum_classes f : sum k f = sum p f + sum q (fun c => f (p + c)%nat).
Proof. apply sum_split. Qed.
Lemma sum_modes f : sum r f = f O + sum (p - 1) (fun a => f (S a)) + sum (q - 1) (fun a => f (p + a)%nat).
Proof.
  replace r with (S ((p - 1) + (q - 1))) by lia. rewrite sum_first, sum_split, Rplus_assoc. do 2 f_equal.
  apply sum_ext. intros a _. f_equal. lia.
Qed.

Lemma contrast_square : sqrt (INR p * INR q * INR k) * sqrt (INR p * INR q * INR k) = INR p * INR q * INR k
  /\ 0 < sqrt (INR p * INR q * INR k).
Proof.
  destruct INR_pq as [P [Q K]]. assert (0 < INR p * INR q * INR k) by (rewrite K; repeat apply Rmult_lt_0_compat; lra).
  split; [apply sqrt_sqrt; lra | apply sqrt_lt_R0; assumption].
Qed.

(* The directions are orthogonal for any two class sizes. *)
Theorem step_gram x z a b : (a < r)%nat -> (b < r)%nat ->
  sum k (fun c => (if majority c then x else z) * (step_U c a * step_U c b))
  = if Nat.eqb a b then step_square x z a else 0.
Proof.
  intros Ha Hb. rewrite sum_classes.
  rewrite (sum_ext p _ (fun c => x * (step_U c a * step_U c b))) by (intros; rewrite majority_true by assumption; reflexivity).
  rewrite (sum_ext q _ (fun c => z * (step_U (p + c) a * step_U (p + c) b))) by (intros; rewrite majority_false; reflexivity).
  rewrite !sum_scal. destruct INR_pq as [P [Q K]]. destruct contrast_square as [CC C0].
  set (s := sqrt (INR p * INR q * INR k)) in *.
  assert (M : forall c, (c < p)%nat -> step_U c 0 = INR q / s)
    by (intros; simpl; rewrite majority_true by assumption; reflexivity).
  assert (L : forall c, step_U (p + c) 0 = - INR p / s)
    by (intros; simpl; rewrite majority_false; reflexivity).
  assert (MM : forall c e, (c < p)%nat -> majority (S e) = true -> step_U c (S e) = helmert e c)
    by (intros c e H E; unfold step_U; rewrite E, majority_true by exact H; reflexivity).
  assert (ML : forall c e, majority (S e) = true -> step_U (p + c) (S e) = 0)
    by (intros c e E; unfold step_U; rewrite E, majority_false; reflexivity).
  assert (LM : forall c e, (c < p)%nat -> majority (S e) = false -> step_U c (S e) = 0)
    by (intros c e H E; unfold step_U; rewrite E, majority_true by exact H; reflexivity).
  assert (LL : forall c e, majority (S e) = false -> step_U (p + c) (S e) = helmert (S e - p) c)
    by (intros c e E; unfold step_U; rewrite E, majority_false; f_equal; lia).
  assert (HM : forall e, majority (S e) = true -> (S e < p)%nat) by (intros e E; apply Nat.ltb_lt, E).
  assert (HL : forall e, majority (S e) = false -> (p <= S e)%nat) by (intros e E; apply Nat.ltb_ge, E).
  assert (C : forall e v, (S e < r)%nat -> sum p (fun c => v * step_U c (S e)) = 0).
  { intros e v He. rewrite sum_scal. destruct (majority (S e)) eqn:E.
    - rewrite (sum_ext p _ (helmert e)) by (intros; apply MM; assumption). rewrite helmert_zero_sum by auto. ring.
    - rewrite (sum_ext p _ (fun _ => 0)), sum_zero by (intros; apply LM; assumption). ring. }
  assert (D : forall e v, (S e < r)%nat -> sum q (fun c => v * step_U (p + c) (S e)) = 0).
  { intros e v He. rewrite sum_scal. destruct (majority (S e)) eqn:E.
    - rewrite (sum_ext q _ (fun _ => 0)), sum_zero by (intros; apply ML; assumption). ring.
    - rewrite (sum_ext q _ (helmert (S e - p))) by (intros; apply LL; assumption).
      pose proof (HL e E). rewrite helmert_zero_sum by lia. ring. }
  destruct a as [|a], b as [|b].
  - rewrite (sum_ext p _ (fun _ => INR q / s * (INR q / s))) by (intros; rewrite M by assumption; reflexivity).
    rewrite (sum_ext q _ (fun _ => - INR p / s * (- INR p / s))) by (intros; rewrite L; reflexivity).
    rewrite !sum_const. simpl Nat.eqb. unfold step_square. cbv iota.
    transitivity ((x * INR p * INR q * INR q + z * INR q * INR p * INR p) / (s * s)); [field; lra|].
    rewrite CC. field. rewrite K. lra.
  - rewrite (sum_ext p _ (fun c => INR q / s * step_U c (S b))) by (intros; rewrite M by assumption; reflexivity).
    rewrite (sum_ext q _ (fun c => - INR p / s * step_U (p + c) (S b))) by (intros; rewrite L; reflexivity).
    rewrite C, D by assumption. simpl. ring.
  - rewrite (sum_ext p _ (fun c => INR q / s * step_U c (S a))) by (intros; rewrite M by assumption; ring).
    rewrite (sum_ext q _ (fun c => - INR p / s * step_U (p + c) (S a))) by (intros; rewrite L; ring).
    rewrite C, D by assumption. simpl. ring.
  - unfold step_square. destruct (majority (S a)) eqn:Ea, (majority (S b)) eqn:Eb.
    + rewrite (sum_ext p _ (fun c => helmert a c * helmert b c)) by (intros; rewrite !MM by assumption; reflexivity).
      rewrite (sum_ext q _ (fun _ => 0)), sum_zero by (intros; rewrite !ML by assumption; ring).
      rewrite helmert_orthonormal by auto. simpl. destruct (Nat.eqb a b); ring.
    + rewrite (sum_ext p _ (fun _ => 0)), sum_zero by (intros; rewrite (LM _ b) by assumption; ring).
      rewrite (sum_ext q _ (fun _ => 0)), sum_zero by (intros; rewrite (ML _ a) by assumption; ring).
      destruct (Nat.eqb_spec (S a) (S b)) as [E|]; [rewrite E in Ea; congruence | ring].
    + rewrite (sum_ext p _ (fun _ => 0)), sum_zero by (intros; rewrite (LM _ a) by assumption; ring).
      rewrite (sum_ext q _ (fun _ => 0)), sum_zero by (intros; rewrite (ML _ b) by assumption; ring).
      destruct (Nat.eqb_spec (S a) (S b)) as [E|]; [rewrite E in Ea; congruence | ring].
    + rewrite (sum_ext p _ (fun _ => 0)), sum_zero by (intros; rewrite (LM _ a) by assumption; ring).
      rewrite (sum_ext q _ (fun c => helmert (S a - p) c * helmert (S b - p) c))
        by (intros; rewrite !LL by assumption; reflexivity).
      pose proof (HL a Ea). pose proof (HL b Eb). rewrite helmert_orthonormal by lia.
      destruct (Nat.eqb_spec (S a - p) (S b - p)), (Nat.eqb_spec (S a) (S b)); try lia; ring.
Qed.

Theorem step_U_orthonormal : orthonormal k r step_U.
Proof.
  intros a b Ha Hb. rewrite (sum_ext k _ (fun c => (if majority c then 1 else 1) * (step_U c a * step_U c b)))
    by (intros c _; destruct (majority c); ring).
  rewrite (step_gram 1 1 a b Ha Hb). destruct (Nat.eqb a b); [|reflexivity].
  destruct INR_pq as [P [Q K]]. destruct a as [|a]; simpl step_square; [|destruct (majority (S a)); reflexivity].
  rewrite K. field. lra.
Qed.

(* And with the mean they make up all of R^k. *)
Theorem step_U_complete i c : (i < k)%nat -> (c < k)%nat ->
  sum r (fun a => step_U i a * step_U c a) = (if Nat.eqb i c then 1 else 0) - / INR k.
Proof.
  intros Hi Hc. rewrite sum_modes. destruct INR_pq as [P [Q K]]. destruct contrast_square as [CC C0].
  assert (MA : forall c a, (a < p - 1)%nat -> step_U c (S a) = if majority c then helmert a c else 0).
  { intros e a H. unfold step_U. rewrite (majority_true (S a)) by lia. reflexivity. }
  assert (MI : forall c a, step_U c (p + a) = if majority c then 0 else helmert a (c - p)).
  { intros e a. destruct (p + a)%nat eqn:E; [lia|]. unfold step_U. rewrite <- E, majority_false.
    replace (p + a - p)%nat with a by lia. reflexivity. }
  rewrite (sum_ext (p - 1) _ (fun a => (if majority i then helmert a i else 0) * (if majority c then helmert a c else 0)))
    by (intros; rewrite !MA by assumption; reflexivity).
  rewrite (sum_ext (q - 1) _ (fun a => (if majority i then 0 else helmert a (i - p))
                                       * (if majority c then 0 else helmert a (c - p))))
    by (intros; rewrite !MI; reflexivity).
  unfold step_U. set (s := sqrt (INR p * INR q * INR k)) in *.
  assert (Z0 : forall n f, sum n (fun a => f a * 0) = 0) by (intros n f; rewrite sum_scal_r; ring).
  assert (Z1 : forall n f, sum n (fun a => 0 * f a) = 0) by (intros n f; rewrite sum_scal; ring).
  destruct (majority i) eqn:Ei; [apply Nat.ltb_lt in Ei | apply Nat.ltb_ge in Ei];
    (destruct (majority c) eqn:Ec; [apply Nat.ltb_lt in Ec | apply Nat.ltb_ge in Ec]).
  - rewrite helmert_complete, Z0 by lia. replace (S (p - 1)) with p by lia.
    transitivity ((if Nat.eqb i c then 1 else 0) - / INR p + INR q * INR q / (s * s)); [field; lra|].
    rewrite CC, K. field. lra.
  - rewrite Z0, Z1. replace (Nat.eqb i c) with false by (symmetry; apply Nat.eqb_neq; lia).
    transitivity (- INR p * INR q / (s * s)); [field; lra|]. rewrite CC, K. field. lra.
  - rewrite Z0, Z1. replace (Nat.eqb i c) with false by (symmetry; apply Nat.eqb_neq; lia).
    transitivity (- INR p * INR q / (s * s)); [field; lra|]. rewrite CC, K. field. lra.
  - rewrite helmert_complete, Z0 by lia. replace (S (q - 1)) with q by lia.
    replace (Nat.eqb (i - p) (c - p)) with (Nat.eqb i c)
      by (destruct (Nat.eqb_spec i c), (Nat.eqb_spec (i - p) (c - p)); lia || reflexivity).
    transitivity ((if Nat.eqb i c then 1 else 0) - / INR q + INR p * INR p / (s * s)); [field; lra|].
    rewrite CC, K. field. lra.
Qed.

Section Samples.
Variables (N : nat) (y : nat -> nat) (m_maj m_min : R).
Hypotheses (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority c then m_maj else m_min.

Definition step_labels (i j : nat) : R := (if Nat.eqb i (y j) then 1 else 0) - / INR k.
Definition step_sigma (a : nat) : R := sqrt (step_square m_maj m_min a).
Definition step_V (j a : nat) : R := step_U (y j) a / step_sigma a.
Definition sample_group (j : nat) : bool := majority (y j).

Lemma step_sigma_pos a : 0 < step_sigma a /\ step_sigma a * step_sigma a = step_square m_maj m_min a.
Proof.
  assert (0 < step_square m_maj m_min a).
  { destruct INR_pq as [P [Q K]]. destruct a; simpl.
    - apply Rdiv_lt_0_compat; [|rewrite K; lra]. apply Rplus_lt_0_compat; apply Rmult_lt_0_compat; assumption.
    - destruct (majority (S a)); assumption. }
  split; [apply sqrt_lt_R0; assumption | apply sqrt_sqrt; lra].
Qed.

(* A sum over samples is a sum over classes. *)
Lemma sum_samples f : sum N (fun j => f (y j)) = sum k (fun c => (if majority c then m_maj else m_min) * f c).
Proof.
  rewrite (sum_ext N _ (fun j => sum k (fun c => f c * (if Nat.eqb (y j) c then 1 else 0)))).
  - rewrite sum_swap. apply sum_ext. intros c Hc. rewrite sum_scal, counts by exact Hc. ring.
  - intros j Hj. rewrite (sum_delta k (y j) f) by (apply Hy, Hj). reflexivity.
Qed.

Theorem step_V_orthonormal : orthonormal N r step_V.
Proof.
  intros a b Ha Hb. unfold step_V.
  rewrite (sum_samples (fun c => step_U c a / step_sigma a * (step_U c b / step_sigma b))).
  destruct (step_sigma_pos a) as [Pa Sa]. destruct (step_sigma_pos b) as [Pb _].
  rewrite (sum_ext k _ (fun c => / (step_sigma a * step_sigma b)
                                 * ((if majority c then m_maj else m_min) * (step_U c a * step_U c b))))
    by (intros; field; lra).
  rewrite sum_scal, step_gram by assumption. destruct (Nat.eqb_spec a b) as [<-|]; [|ring].
  rewrite <- Sa. field. lra.
Qed.

(* The singular value decomposition of the labels. *)
Theorem step_labels_modes i j : (i < k)%nat -> (j < N)%nat ->
  step_labels i j = sum r (fun a => step_U i a * step_sigma a * step_V j a).
Proof.
  intros Hi Hj. unfold step_labels. rewrite <- step_U_complete by auto. apply sum_ext. intros a _.
  unfold step_V. destruct (step_sigma_pos a). field. lra.
Qed.

(* Every mode but the contrast lives on the samples of one group. *)
Theorem step_supported a j : (0 < a < r)%nat -> (j < N)%nat -> sample_group j <> majority a -> step_V j a = 0.
Proof.
  intros [Ha _] _ G. unfold step_V, sample_group in *. destruct a as [|a]; [inversion Ha|]. unfold step_U.
  destruct (majority (S a)), (majority (y j)); try congruence; unfold Rdiv; ring.
Qed.

(* The squared length of the contrast direction on each group. *)
Theorem step_mass b : sum N (fun j => if eqb (sample_group j) b then Rsqr (step_V j O) else 0)
  = (if b then INR q * m_maj else INR p * m_min) / INR k / (step_sigma O * step_sigma O).
Proof.
  unfold step_V, sample_group. destruct (step_sigma_pos O) as [P0 _].
  rewrite (sum_samples (fun c => if eqb (majority c) b then Rsqr (step_U c O / step_sigma O) else 0)).
  rewrite sum_classes. destruct INR_pq as [P [Q K]]. destruct contrast_square as [CC C0].
  unfold step_U. set (s := sqrt (INR p * INR q * INR k)) in *. set (t := step_sigma O) in *.
  rewrite (sum_ext p _ (fun _ => m_maj * (if eqb true b then Rsqr (INR q / s / t) else 0)))
    by (intros; rewrite majority_true by assumption; reflexivity).
  rewrite (sum_ext q _ (fun _ => m_min * (if eqb false b then Rsqr (- INR p / s / t) else 0)))
    by (intros; rewrite majority_false; reflexivity).
  rewrite !sum_const. unfold Rsqr. destruct b; simpl.
  - transitivity (INR p * m_maj * (INR q * INR q / (s * s)) / (t * t)); [field; lra|]. rewrite CC. field. rewrite K. lra.
  - transitivity (INR q * m_min * (INR p * INR p / (s * s)) / (t * t)); [field; lra|]. rewrite CC. field. rewrite K. lra.
Qed.
End Samples.
End Step.

(* There are such samples for any p, q and any two class sizes: class after class. *)
Section Blocks.
Variables (p q M m : nat).
Hypotheses (HM : (0 < M)%nat) (Hm : (0 < m)%nat).

Definition block_class (j : nat) : nat :=
  if Nat.ltb j (p * M) then Nat.div j M else p + Nat.div (j - p * M) m.

Lemma sum_blocks n z c : (0 < z)%nat ->
  sum (n * z) (fun j => if Nat.eqb (Nat.div j z) c then 1 else 0) = if Nat.ltb c n then INR z else 0.
Proof.
  intros Hz. induction n as [|n IH]; [reflexivity|].
  replace (S n * z)%nat with (n * z + z)%nat by lia. rewrite sum_split, IH.
  rewrite (sum_ext z _ (fun _ => if Nat.eqb n c then 1 else 0)), sum_const.
  - destruct (Nat.eqb_spec n c), (Nat.ltb_spec c n), (Nat.ltb_spec c (S n)); try lia; ring.
  - intros i Hi. rewrite (Nat.add_comm (n * z)), Nat.div_add, Nat.div_small by lia. reflexivity.
Qed.

Theorem block_class_below j : (j < p * M + q * m)%nat -> (block_class j < p + q)%nat.
Proof.
  intros H. unfold block_class. destruct (Nat.ltb_spec j (p * M)).
  - pose proof (Nat.div_lt_upper_bound j M p ltac:(lia) ltac:(lia)). lia.
  - pose proof (Nat.div_lt_upper_bound (j - p * M) m q ltac:(lia) ltac:(lia)). lia.
Qed.

Theorem block_counts c : (c < p + q)%nat ->
  sum (p * M + q * m) (fun j => if Nat.eqb (block_class j) c then 1 else 0) = if majority p c then INR M else INR m.
Proof.
  intros Hc. rewrite sum_split.
  rewrite (sum_ext (p * M) _ (fun j => if Nat.eqb (Nat.div j M) c then 1 else 0)).
  2:{ intros j Hj. unfold block_class. apply Nat.ltb_lt in Hj. rewrite Hj. reflexivity. }
  rewrite (sum_ext (q * m) _ (fun j => if Nat.ltb c p then 0 else if Nat.eqb (Nat.div j m) (c - p) then 1 else 0)).
  2:{ intros j _. unfold block_class. replace (Nat.ltb (p * M + j) (p * M)) with false by (symmetry; apply Nat.ltb_ge; lia).
      replace (p * M + j - p * M)%nat with j by lia. pose proof (Nat.le_0_l (Nat.div j m)).
      destruct (Nat.ltb_spec c p), (Nat.eqb_spec (p + Nat.div j m) c), (Nat.eqb_spec (Nat.div j m) (c - p)); lia || reflexivity. }
  rewrite sum_blocks by exact HM. unfold majority. destruct (Nat.ltb_spec c p).
  - rewrite sum_zero. ring.
  - rewrite sum_blocks by exact Hm. destruct (Nat.ltb_spec (c - p) q); [ring | lia].
Qed.
End Blocks.
