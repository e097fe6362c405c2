(* P diag(d) P acts as one number on the vectors of sum zero if and only if d is constant, for k >= 3; so only
   the weights n_c^(-1/2) make all singular values of Z Omega equal.

   P = I - 1 1^T / k.  (Z Omega)(Z Omega)^T = P diag(n_c w_c^2) P is Labels.growth_gram; its eigenvalues on the
   vectors of sum zero are the squared singular values of Z Omega, and a symmetric matrix has one eigenvalue only
   there if and only if it acts as that number (not proved here).
   Hypotheses: k >= 3 classes; counts n_c >= 1; real exponents.
   Computed by: ufm_theory::weights::Weighting::power, labels::LabelSvd.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import FiniteSums SpectrumReals.
Open Scope R_scope.

(* P diag(d) P v *)
Definition centred_apply (k : nat) (d v : nat -> R) (c : nat) : R :=
  centre k (fun i => d i * centre k v i) c.

(* P diag(d) P = mu P: it is mu times the identity on the vectors of sum zero. *)
Definition flat_at (k : nat) (d : nat -> R) (mu : R) : Prop :=
  forall v, sum k v = 0 -> forall c, (c < k)%nat -> centred_apply k d v c = mu * v c.

(* The unit vector of class a. *)
Definition unit_at (a i : nat) : R := if Nat.eqb i a then 1 else 0.

Lemma sum_unit k a f : (a < k)%nat -> sum k (fun i => f i * unit_at a i) = f a.
Proof.
  induction k; intros H; [lia|]. simpl. unfold unit_at at 2. destruct (Nat.eqb_spec k a) as [->|N].
  - rewrite (sum_ext a _ (fun _ => 0)), sum_zero; [ring|].
    intros i Hi. unfold unit_at. destruct (Nat.eqb_spec i a); [lia|ring].
  - rewrite IHk by lia. ring.
Qed.

Lemma centre_sum_zero k v c : sum k v = 0 -> centre k v c = v c.
Proof. intros H. unfold centre, Rdiv. rewrite H. ring. Qed.

Lemma centred_apply_zero_sum k d v c : sum k v = 0 ->
  centred_apply k d v c = d c * v c - sum k (fun i => d i * v i) / INR k.
Proof.
  intros H. unfold centred_apply. unfold centre at 1. rewrite centre_sum_zero by exact H. f_equal. f_equal.
  apply sum_ext. intros i _. rewrite centre_sum_zero by exact H. reflexivity.
Qed.

(* A constant strength is flat, for any number of classes ... *)
Theorem constant_is_flat k d mu : (forall c, (c < k)%nat -> d c = mu) -> flat_at k d mu.
Proof.
  intros H v Hv c Hc. rewrite centred_apply_zero_sum, H by assumption.
  rewrite (sum_ext k _ (fun i => mu * v i)) by (intros i Hi; rewrite H by exact Hi; reflexivity).
  rewrite sum_scal, Hv. unfold Rdiv. ring.
Qed.

(* ... and with k >= 3 no other is. *)
Theorem flat_only_if_constant k d mu : (3 <= k)%nat -> flat_at k d mu ->
  forall a b, (a < k)%nat -> (b < k)%nat -> d a = d b.
Proof.
  intros Hk F a b Ha Hb. destruct (Nat.eq_dec a b) as [->|N]; [reflexivity|].
  assert (X : exists c, (c < k)%nat /\ c <> a /\ c <> b).
  { destruct (Nat.eq_dec a 0), (Nat.eq_dec b 0), (Nat.eq_dec a 1), (Nat.eq_dec b 1);
      first [exists 0%nat; lia | exists 1%nat; lia | exists 2%nat; lia]. }
  destruct X as [c [Hc [Ca Cb]]]. set (v := fun i => 1 * unit_at a i + (-1) * (1 * unit_at b i)).
  assert (V : sum k v = 0).
  { unfold v. rewrite sum_add, (sum_unit k a (fun _ => 1)), sum_scal, (sum_unit k b (fun _ => 1)) by assumption. ring. }
  pose proof (F v V c Hc) as E. rewrite centred_apply_zero_sum in E by exact V.
  rewrite (sum_ext k _ (fun i => d i * unit_at a i + (-1) * (d i * unit_at b i))) in E by (intros; unfold v; ring).
  rewrite sum_add, sum_scal, !sum_unit in E by assumption.
  replace (v c) with 0 in E.
  2:{ unfold v, unit_at. apply Nat.eqb_neq in Ca, Cb. rewrite Ca, Cb. ring. }
  assert (0 < INR k) by (apply lt_0_INR; lia).
  assert (Q : (d a + -1 * d b) / INR k = 0) by lra.
  assert (d a + -1 * d b = 0); [|lra].
  replace (d a + -1 * d b) with ((d a + -1 * d b) / INR k * INR k) by (field; lra). rewrite Q. ring.
Qed.

(* Flat if and only if all strengths are equal. *)
Theorem flat_iff_strengths_equal k d : (3 <= k)%nat ->
  (exists mu, flat_at k d mu) <-> (forall a b, (a < k)%nat -> (b < k)%nat -> d a = d b).
Proof.
  intros Hk. split.
  - intros [mu F]. exact (flat_only_if_constant k d mu Hk F).
  - intros H. exists (d 0%nat). apply constant_is_flat. intros c Hc. apply H; lia.
Qed.

(* The diagonal of the growth Gram matrix with weights n_c^(-gamma): n_c (n_c^(-gamma))^2. *)
Definition growth_strength (n : nat -> nat) (gamma : R) (c : nat) : R :=
  INR (n c) * (Rpower (INR (n c)) (- gamma) * Rpower (INR (n c)) (- gamma)).

Lemma growth_strength_power n gamma c : (1 <= n c)%nat ->
  growth_strength n gamma c = Rpower (INR (n c)) (1 - 2 * gamma).
Proof.
  intros H. assert (0 < INR (n c)) by (apply lt_0_INR; lia). unfold growth_strength.
  rewrite <- (Rpower_1 (INR (n c))) at 1 by assumption. rewrite <- !Rpower_plus. f_equal. ring.
Qed.

(* With weights n_c^(-1/2) every value is 1, for any counts. *)
Theorem growth_flat_half k n : (forall c, (c < k)%nat -> (1 <= n c)%nat) -> flat_at k (growth_strength n (1 / 2)) 1.
Proof.
  intros H. apply constant_is_flat. intros c Hc. rewrite growth_strength_power by (apply H; exact Hc).
  replace (1 - 2 * (1 / 2)) with 0 by field. apply Rpower_O, lt_0_INR. pose proof (H c Hc). lia.
Qed.

(* With k >= 3 classes, not all of one size, no other exponent makes them equal. *)
Theorem growth_flat_only_half k n gamma mu : (3 <= k)%nat -> (forall c, (c < k)%nat -> (1 <= n c)%nat) ->
  (exists a b, (a < k)%nat /\ (b < k)%nat /\ n a <> n b) ->
  flat_at k (growth_strength n gamma) mu -> gamma = 1 / 2.
Proof.
  intros Hk Hn [a [b [Ha [Hb N]]]] F. pose proof (flat_only_if_constant k _ mu Hk F a b Ha Hb) as E.
  rewrite !growth_strength_power in E by (apply Hn; assumption).
  assert (0 < INR (n a)) by (apply lt_0_INR; pose proof (Hn a Ha); lia).
  assert (0 < INR (n b)) by (apply lt_0_INR; pose proof (Hn b Hb); lia).
  unfold Rpower in E. apply exp_inv in E.
  assert (L : (1 - 2 * gamma) * (ln (INR (n a)) - ln (INR (n b))) = 0) by lra.
  apply Rmult_integral in L as [L|L]; [lra|]. exfalso. apply N, INR_eq, ln_inv; lra.
Qed.

(* Features with a share alpha common to the class: strengths n_c w_c^2 (alpha n_c + 1 - alpha). *)
Definition feature_strength (n w : nat -> R) (alpha : R) (c : nat) : R :=
  n c * (w c * w c) * (alpha * n c + 1 - alpha).
Theorem feature_flat_iff k n w alpha : (3 <= k)%nat ->
  (exists mu, flat_at k (feature_strength n w alpha) mu) <->
  (forall a b, (a < k)%nat -> (b < k)%nat -> feature_strength n w alpha a = feature_strength n w alpha b).
Proof. apply flat_iff_strengths_equal. Qed.
