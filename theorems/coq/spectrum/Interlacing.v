(* The spectrum of P diag(m) P for any strengths m over the real numbers: what lies at the strengths, what between them.

   Multiplicity: at a strength mu the solutions are the vectors of sum zero on the classes that have it, so a strength of j classes counts j - 1 times.
   Elsewhere: the solutions at x are the multiples of 1 / (m_c - x), where sum 1 / (m_c - x) = 0: each root counts once.
   Interlacing: for m_0 <= m_1 <= .. there is exactly one root strictly between two neighbours that differ, and no other.
   With m_c = n_c omega_c^2 these are the squared early growth rates (Labels.growth_gram).

   k >= 1 classes; eigenvalues other than 0.
   Computed by: ufm_theory::exact_flow::GrowthRates.
   Source: the secular equation and interlacing are classical (Golub 1973); for labels this project. *)
From Coq Require Import Reals Lra Lia Ranalysis5.
From UFM Require Import FiniteSums SpectrumReals FlatStrengths.
Open Scope R_scope.

Section Spectrum.
Variables (k : nat) (m : nat -> R).
Hypothesis Hk : (0 < k)%nat.

(* v solves P diag(m) P v = x v. *)
Definition solution (x : R) (v : nat -> R) : Prop := forall c, (c < k)%nat -> centred_apply k m v c = x * v c.
(* The secular function. *)
Definition secular (x : R) : R := sum k (fun c => / (m c - x)).

Lemma k_pos : 0 < INR k.
Proof. apply lt_0_INR, Hk. Qed.

Lemma sum_centred v : sum k (fun c => centre k v c) = 0.
Proof.
  pose proof k_pos. unfold centre. rewrite (sum_ext k _ (fun c => v c + -1 * (sum k v / INR k))) by (intros; ring).
  rewrite sum_add, sum_const. field. lra.
Qed.

(* For x <> 0 solutions have sum zero, and satisfy (m_c - x) v_c = s with one s for all classes. *)
Lemma solution_iff x v : x <> 0 ->
  solution x v <-> sum k v = 0 /\ exists s, forall c, (c < k)%nat -> (m c - x) * v c = s.
Proof.
  intros Hx. pose proof k_pos as K. split.
  - intros E. assert (S : sum k v = 0).
    { apply (Rmult_eq_reg_l x); [|exact Hx]. rewrite Rmult_0_r, <- sum_scal.
      rewrite <- (sum_ext k _ _ E). apply sum_centred. }
    split; [exact S|]. exists (sum k (fun i => m i * centre k v i) / INR k). intros c Hc.
    assert (C : centre k v c = v c) by (unfold centre; rewrite S; field; lra).
    pose proof (E c Hc) as A. unfold centred_apply, centre at 1 in A. rewrite C in A. lra.
  - intros [S [s E]] c Hc.
    assert (C : forall i, centre k v i = v i) by (intros i; unfold centre; rewrite S; field; lra).
    unfold centred_apply, centre at 1. rewrite C.
    rewrite (sum_ext k _ (fun i => x * v i + s)) by (intros i Hi; rewrite C; rewrite <- (E i Hi); ring).
    rewrite sum_add, sum_scal, S, sum_const, <- (E c Hc). field. lra.
Qed.

(* At a strength. *)
Theorem solutions_at_strength b v : (b < k)%nat -> m b <> 0 ->
  solution (m b) v <-> sum k v = 0 /\ forall c, (c < k)%nat -> m c <> m b -> v c = 0.
Proof.
  intros Hb H0. rewrite (solution_iff (m b) v H0). split.
  - intros [S [s E]]. split; [exact S|]. intros c Hc N. pose proof (E b Hb) as Eb. pose proof (E c Hc) as Ec.
    replace s with 0 in Ec by lra. apply Rmult_integral in Ec. destruct Ec; [lra | assumption].
  - intros [S Z]. split; [exact S|]. exists 0. intros c Hc. destruct (Req_dec (m c) (m b)) as [->|N]; [ring|].
    rewrite (Z c Hc N). ring.
Qed.

(* Elsewhere. *)
Theorem solutions_elsewhere x v : x <> 0 -> (forall c, (c < k)%nat -> m c <> x) ->
  solution x v <-> exists s, s * secular x = 0 /\ forall c, (c < k)%nat -> v c = s * / (m c - x).
Proof.
  intros Hx N. rewrite (solution_iff x v Hx).
  assert (V : forall s, (forall c, (c < k)%nat -> v c = s * / (m c - x)) -> sum k v = s * secular x).
  { intros s E. rewrite (sum_ext k _ _ E). apply sum_scal. }
  split.
  - intros [S [s E]]. assert (W : forall c, (c < k)%nat -> v c = s * / (m c - x)).
    { intros c Hc. pose proof (N c Hc). rewrite <- (E c Hc). field. lra. }
    exists s. rewrite <- (V s W). auto.
  - intros [s [Z W]]. rewrite (V s W). split; [exact Z|]. exists s. intros c Hc. rewrite (W c Hc). pose proof (N c Hc). field. lra.
Qed.

Hypothesis sorted : forall a c, (a <= c < k)%nat -> m a <= m c.

(* Strictly increasing between two neighbours. *)
Lemma secular_increasing a x x' : (S a < k)%nat -> m a < x < x' -> x' < m (S a) -> secular x < secular x'.
Proof.
  intros Ha [L1 L2] L3. assert (T : forall c, (c < k)%nat -> / (m c - x) < / (m c - x')).
  { intros c Hc. destruct (Nat.le_gt_cases c a) as [C|C].
    - pose proof (sorted c a ltac:(lia)). replace (/ (m c - x)) with (- / (x - m c)) by (field; lra).
      replace (/ (m c - x')) with (- / (x' - m c)) by (field; lra). apply Ropp_lt_contravar, Rinv_lt_contravar; [|lra].
      apply Rmult_lt_0_compat; lra.
    - pose proof (sorted (S a) c ltac:(lia)). apply Rinv_lt_contravar; [|lra]. apply Rmult_lt_0_compat; lra. }
  unfold secular. destruct k as [|n]; [lia|]. simpl. pose proof (T n ltac:(lia)).
  assert (sum n (fun c => / (m c - x)) <= sum n (fun c => / (m c - x'))) by (apply sum_le; intros; left; apply T; lia). lra.
Qed.

Lemma secular_continuous x : (forall c, (c < k)%nat -> m c <> x) -> continuity_pt secular x.
Proof.
  intros N. unfold secular. assert (P : forall n, (n <= k)%nat -> continuity_pt (fun x => sum n (fun c => / (m c - x))) x).
  { induction n as [|n IH]; intros Hn; simpl; [apply continuity_pt_const; intros ? ?; reflexivity|].
    apply (continuity_pt_plus (fun x => sum n (fun c => / (m c - x))) (fun x => / (m n - x))); [apply IH; lia|].
    apply (continuity_pt_inv (fun x => m n - x)); [|pose proof (N n ltac:(lia)); lra].
    apply (continuity_pt_minus (fun _ => m n) (fun x => x)); [apply continuity_pt_const; intros ? ?; reflexivity | apply derivable_continuous_pt, derivable_pt_id]. }
  apply P. lia.
Qed.

(* Terms on one side of x, against the least of them. *)
Lemma sum_at_most n f (b : R) : 0 <= b -> (forall c, (c < n)%nat -> f c <= b) -> sum n f <= INR n * b.
Proof. intros Hb H. rewrite <- sum_const. apply sum_le. exact H. Qed.

(* One root between two neighbours that differ ... *)
Theorem root_between a : (S a < k)%nat -> m a < m (S a) ->
  exists x, m a < x < m (S a) /\ secular x = 0 /\ forall x', m a < x' < m (S a) -> secular x' = 0 -> x' = x.
Proof.
  intros Ha L. set (g := m (S a) - m a). set (e := g / (INR k + 2)). pose proof k_pos as K.
  assert (G : 0 < g) by (unfold g; lra). assert (E0 : 0 < e) by (apply Rdiv_lt_0_compat; lra).
  assert (GE : g = (INR k + 2) * e) by (unfold e; field; lra).
  assert (GE' : m (S a) = m a + (INR k * e + 2 * e)) by (unfold g in GE; lra).
  assert (0 < INR k * e) by (apply Rmult_lt_0_compat; lra).
  assert (B : INR k * / ((INR k + 1) * e) < / e).
  { apply (Rmult_lt_reg_r ((INR k + 1) * e)); [apply Rmult_lt_0_compat; lra|].
    replace (INR k * / ((INR k + 1) * e) * ((INR k + 1) * e)) with (INR k) by (field; lra).
    replace (/ e * ((INR k + 1) * e)) with (INR k + 1) by (field; lra). lra. }
  assert (I0 : 0 <= / ((INR k + 1) * e)) by (apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; lra).
  (* Near the lower one the sum is negative, near the upper one positive. *)
  assert (SPLIT : forall x, m a < x < m (S a) -> secular x = sum k (fun c => if Nat.eqb a c then / (m c - x) else 0)
    + sum k (fun c => if Nat.eqb a c then 0 else / (m c - x))).
  { intros x _. unfold secular. rewrite <- sum_add. apply sum_ext. intros c _. destruct (Nat.eqb a c); ring. }
  assert (ONE : forall b x, (b < k)%nat -> sum k (fun c => if Nat.eqb b c then / (m c - x) else 0) = / (m b - x)).
  { intros b x Hb. rewrite <- (sum_delta k b (fun c => / (m c - x)) Hb). apply sum_ext. intros c _. destruct (Nat.eqb b c); ring. }
  assert (X1 : secular (m a + e) < 0).
  { rewrite SPLIT by lra. rewrite ONE by lia. replace (/ (m a - (m a + e))) with (- / e) by (field; lra).
    assert (sum k (fun c => if Nat.eqb a c then 0 else / (m c - (m a + e))) <= INR k * / ((INR k + 1) * e)).
    { apply sum_at_most; [exact I0|]. intros c Hc. destruct (Nat.eqb a c); [exact I0|]. destruct (Nat.le_gt_cases c a) as [C|C].
      - pose proof (sorted c a ltac:(lia)). apply Rle_trans with 0; [|exact I0]. apply Rlt_le, Rinv_lt_0_compat. lra.
      - pose proof (sorted (S a) c ltac:(lia)). apply Rinv_le_contravar; [apply Rmult_lt_0_compat; lra | lra]. }
    lra. }
  assert (X2 : 0 < secular (m (S a) - e)).
  { unfold secular. rewrite (sum_ext k _ (fun c => -1 * ((if Nat.eqb (S a) c then - / e else 0) +
      (if Nat.eqb (S a) c then 0 else - / (m c - (m (S a) - e)))))).
    2:{ intros c _. destruct (Nat.eqb_spec (S a) c) as [<-|]; [replace (m (S a) - (m (S a) - e)) with e by ring|]; ring. }
    rewrite sum_scal, sum_add.
    replace (sum k (fun c => if Nat.eqb (S a) c then - / e else 0)) with (- / e).
    2:{ transitivity (sum k (fun c => - / e * (if Nat.eqb (S a) c then 1 else 0))); [symmetry; exact (sum_delta k (S a) (fun _ => - / e) Ha)|].
        apply sum_ext. intros c _. destruct (Nat.eqb (S a) c); ring. }
    assert (sum k (fun c => if Nat.eqb (S a) c then 0 else - / (m c - (m (S a) - e))) <= INR k * / ((INR k + 1) * e)).
    { apply sum_at_most; [exact I0|]. intros c Hc. destruct (Nat.eqb (S a) c); [exact I0|]. destruct (Nat.le_gt_cases c a) as [C|C].
      - pose proof (sorted c a ltac:(lia)). replace (- / (m c - (m (S a) - e))) with (/ (m (S a) - e - m c)) by (field; lra).
        apply Rinv_le_contravar; [apply Rmult_lt_0_compat; lra | lra].
      - pose proof (sorted (S a) c ltac:(lia)). apply Rle_trans with 0; [|exact I0].
        assert (0 < / (m c - (m (S a) - e))) by (apply Rinv_0_lt_compat; lra). lra. }
    lra. }
  assert (ORDER : m a + e < m (S a) - e) by lra.
  destruct (IVT_interv secular (m a + e) (m (S a) - e)) as [x [[L1 L2] Z]]; [|exact ORDER | exact X1 | exact X2|].
  - intros x L1 L2. apply secular_continuous. intros c Hc E. destruct (Nat.le_gt_cases c a) as [C|C].
    + pose proof (sorted c a ltac:(lia)). lra.
    + pose proof (sorted (S a) c ltac:(lia)). lra.
  - exists x. split; [lra|]. split; [exact Z|]. intros x' [L3 L4] Z'. destruct (Rtotal_order x' x) as [T|[T|T]]; [|exact T|].
    + pose proof (secular_increasing a x' x Ha ltac:(lra) ltac:(lra)). lra.
    + pose proof (secular_increasing a x x' Ha ltac:(lra) ltac:(lra)). lra.
Qed.

(* ... and no other. *)
Theorem roots_are_between x : (forall c, (c < k)%nat -> m c <> x) -> secular x = 0 ->
  exists a, (S a < k)%nat /\ m a < x < m (S a).
Proof.
  intros N Z.
  assert (POS : forall (f : nat -> R) n, (0 < n)%nat -> (forall c, (c < n)%nat -> 0 < f c) -> 0 < sum n f).
  { intros f [|n] Hn H; [lia|]. simpl. pose proof (H n ltac:(lia)).
    assert (0 <= sum n f) by (apply sum_nonneg; intros; left; apply H; lia). lra. }
  destruct (Rlt_le_dec x (m O)) as [L|L].
  { assert (0 < secular x); [|lra]. apply POS; [exact Hk|]. intros c Hc. pose proof (sorted O c ltac:(lia)). apply Rinv_0_lt_compat. lra. }
  assert (FIND : forall n, (n < k)%nat -> x < m n -> exists a, (S a < k)%nat /\ m a < x < m (S a)).
  { induction n as [|n IH]; intros Hn H; [lra|]. destruct (Rlt_le_dec x (m n)) as [L'|L']; [apply IH; [lia | exact L']|].
    pose proof (N n ltac:(lia)). exists n. split; [lia | lra]. }
  destruct (Rlt_le_dec x (m (k - 1)%nat)) as [L'|L']; [apply (FIND (k - 1)%nat); [lia | exact L']|].
  assert (0 < - secular x); [|lra]. unfold secular. replace (- sum k (fun c => / (m c - x))) with (sum k (fun c => -1 * / (m c - x))) by (rewrite sum_scal; ring).
  apply POS; [exact Hk|]. intros c Hc. pose proof (sorted c (k - 1)%nat ltac:(lia)). pose proof (N c Hc).
  assert (/ (m c - x) < 0) by (apply Rinv_lt_0_compat; lra). lra.
Qed.
End Spectrum.
