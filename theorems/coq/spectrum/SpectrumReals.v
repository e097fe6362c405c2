(* The spectrum of the STEP label Gram matrix over the real numbers.

   The same statements as Spectrum.v, for Coq's real numbers and vectors nat -> R (only the entries
   below k = p + q matter): p majority classes with value a, q minority classes with value b,
        two_level_apply v = P diag(a, .., a, b, .., b) P v,       P v = v - mean(v).
   With a = r, b = 1 this is Z Z^T for STEP with imbalance ratio r (R in the text), whose eigenvalues
   are the squared singular values; their roots are the sigma of EffectiveRates.v.
   Hypotheses: p + q >= 1 for the spectrum.
   Computed by: ufm_theory::labels::LabelSvd::step, spectrum::StepSpectrum::{sigma, lambda}.
   Source: arXiv:2601.12011 (equal halves); any split: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import FiniteSums Window EffectiveRates.
Open Scope R_scope.

Definition centre (k : nat) (v : nat -> R) (c : nat) : R := v c - sum k v / INR k.

Section RealSpectrum.
Variables (p q : nat) (a b : R).
Notation k := (p + q)%nat.

Definition level (c : nat) : R := if Nat.ltb c p then a else b.
Definition two_level_apply (v : nat -> R) (c : nat) : R :=
  centre k (fun i => level i * centre k v i) c.
Definition real_mid : R := (INR q * a + INR p * b) / INR k.

(* v is an eigenvector for x. *)
Definition real_eigenvector (x : R) (v : nat -> R) : Prop :=
  (exists c, (c < k)%nat /\ v c <> 0) /\ forall c, (c < k)%nat -> two_level_apply v c = x * v c.

Lemma level_maj c : (c < p)%nat -> level c = a.
Proof. intros H. unfold level. apply Nat.ltb_lt in H. rewrite H. reflexivity. Qed.
Lemma level_min c : level (p + c) = b.
Proof. unfold level. replace (Nat.ltb (p + c) p) with false; [reflexivity|]. symmetry. apply Nat.ltb_ge. lia. Qed.

Lemma centre_fix v c : sum k v = 0 -> centre k v c = v c.
Proof. intros H. unfold centre, Rdiv. rewrite H. ring. Qed.

Lemma apply_zero_sum v c : sum k v = 0 ->
  two_level_apply v c = level c * v c - sum k (fun i => level i * v i) / INR k.
Proof.
  intros H. unfold two_level_apply, centre at 1. rewrite centre_fix by exact H.
  f_equal. f_equal. apply sum_ext. intros i _. rewrite centre_fix by exact H. reflexivity.
Qed.

Lemma sum_level v : sum k (fun i => level i * v i)
  = a * sum p v + b * sum q (fun i => v (p + i)%nat).
Proof.
  rewrite sum_split. f_equal; rewrite <- sum_scal; apply sum_ext; intros i Hi;
    rewrite ?level_maj, ?level_min by assumption; reflexivity.
Qed.

(* Zero-sum vectors of the majority (zero on the minority): eigenvalue a. *)
Theorem real_majority v : sum p v = 0 -> (forall i, v (p + i)%nat = 0) ->
  forall c, (c < k)%nat -> two_level_apply v c = a * v c.
Proof.
  intros H0 H1 c Hc.
  assert (Hq : sum q (fun i => v (p + i)%nat) = 0)
    by (rewrite (sum_ext q _ (fun _ => 0)), sum_zero by (intros; apply H1); reflexivity).
  rewrite apply_zero_sum by (rewrite sum_split, H0, Hq; ring).
  rewrite sum_level, H0, Hq. unfold Rdiv. destruct (Nat.lt_ge_cases c p) as [L|L].
  - rewrite level_maj by exact L. ring.
  - replace c with (p + (c - p))%nat by lia. rewrite H1. ring.
Qed.

(* Zero-sum vectors of the minority (zero on the majority): eigenvalue b. *)
Theorem real_minority v : (forall i, (i < p)%nat -> v i = 0) -> sum q (fun i => v (p + i)%nat) = 0 ->
  forall c, (c < k)%nat -> two_level_apply v c = b * v c.
Proof.
  intros H0 H1 c Hc.
  assert (Hp : sum p v = 0) by (rewrite (sum_ext p _ (fun _ => 0)), sum_zero by exact H0; reflexivity).
  rewrite apply_zero_sum by (rewrite sum_split, Hp, H1; ring).
  rewrite sum_level, Hp, H1. unfold Rdiv. destruct (Nat.lt_ge_cases c p) as [L|L].
  - rewrite H0 by exact L. ring.
  - replace c with (p + (c - p))%nat by lia. rewrite level_min. ring.
Qed.

(* q on the majority, -p on the minority: eigenvalue (q a + p b) / k. *)
Definition real_contrast (c : nat) : R := if Nat.ltb c p then INR q else - INR p.

Theorem real_contrast_eigen c : (c < k)%nat ->
  two_level_apply real_contrast c = real_mid * real_contrast c.
Proof.
  intros Hc. assert (Hk : 0 < INR p + INR q) by (rewrite <- plus_INR; apply lt_0_INR; lia).
  assert (Sp : sum p real_contrast = INR p * INR q).
  { rewrite <- sum_const. apply sum_ext. intros i Hi. unfold real_contrast.
    apply Nat.ltb_lt in Hi. rewrite Hi. reflexivity. }
  assert (Vq : forall i, real_contrast (p + i) = - INR p).
  { intros i. unfold real_contrast. replace (Nat.ltb (p + i) p) with false; [reflexivity|].
    symmetry. apply Nat.ltb_ge. lia. }
  assert (Sq : sum q (fun i => real_contrast (p + i)%nat) = INR q * - INR p).
  { rewrite <- sum_const. apply sum_ext. intros i _. apply Vq. }
  rewrite apply_zero_sum by (rewrite sum_split, Sp, Sq; ring).
  rewrite sum_level, Sp, Sq. unfold real_mid. rewrite plus_INR.
  destruct (Nat.lt_ge_cases c p) as [L|L].
  - rewrite level_maj by exact L. unfold real_contrast. apply Nat.ltb_lt in L. rewrite L. field. lra.
  - replace c with (p + (c - p))%nat by lia. rewrite level_min, Vq. field. lra.
Qed.

(* The all-ones vector: eigenvalue 0. *)
Theorem real_ones c : (0 < k)%nat -> two_level_apply (fun _ => 1) c = 0.
Proof.
  intros Hk. assert (0 < INR k) by (apply lt_0_INR; exact Hk).
  assert (E : forall i, centre k (fun _ => 1) i = 0).
  { intros i. unfold centre. rewrite sum_const. field. lra. }
  unfold two_level_apply, centre at 1. rewrite E.
  rewrite (sum_ext k _ (fun _ => 0)), sum_zero by (intros; rewrite E; ring). unfold Rdiv. ring.
Qed.

(* Nothing else is an eigenvalue. *)
Theorem real_spectrum x v : (0 < k)%nat -> real_eigenvector x v ->
  x = 0 \/ x = a \/ x = b \/ x = real_mid.
Proof.
  intros Hk [[c0 [Hc0 Hv]] Hx]. assert (Hk0 : 0 < INR k) by (apply lt_0_INR; exact Hk).
  destruct (Req_dec x 0) as [|X0]; [tauto|]. destruct (Req_dec x a) as [|Xa]; [tauto|].
  destruct (Req_dec x b) as [|Xb]; [tauto|]. right; right; right.
  assert (Hsum : sum k v = 0).
  { apply (Rmult_eq_reg_l x); [|exact X0]. rewrite Rmult_0_r, <- sum_scal.
    rewrite <- (sum_ext k (two_level_apply v)) by exact Hx. unfold two_level_apply.
    set (u := fun i => level i * centre k v i). unfold centre.
    rewrite (sum_ext k _ (fun c => u c + (-1) * (sum k u / INR k))) by (intros; ring).
    rewrite sum_add, sum_const. field. lra. }
  set (m := sum k (fun i => level i * v i) / INR k).
  assert (Hm : forall c, (c < k)%nat -> (level c - x) * v c = m).
  { intros c Hc. pose proof (Hx c Hc) as E. rewrite apply_zero_sum in E by exact Hsum. fold m in E. lra. }
  assert (Vp : forall c, (c < p)%nat -> v c = m / (a - x)).
  { intros c Hc. rewrite <- (Hm c) by lia. rewrite level_maj by exact Hc. field. lra. }
  assert (Vq : forall c, (c < q)%nat -> v (p + c)%nat = m / (b - x)).
  { intros c Hc. rewrite <- (Hm (p + c)%nat) by lia. rewrite level_min. field. lra. }
  assert (M0 : m <> 0).
  { intros M0. apply Hv. destruct (Nat.lt_ge_cases c0 p) as [L|L].
    - rewrite Vp, M0 by exact L. unfold Rdiv. ring.
    - replace c0 with (p + (c0 - p))%nat by lia. rewrite Vq, M0 by lia. unfold Rdiv. ring. }
  rewrite sum_split in Hsum.
  rewrite (sum_ext p v (fun _ => m / (a - x))), (sum_ext q _ (fun _ => m / (b - x))), !sum_const in Hsum
    by assumption.
  assert (E : INR p * (b - x) + INR q * (a - x) = 0).
  { apply (Rmult_eq_reg_l (m / ((a - x) * (b - x)))).
    - rewrite Rmult_0_r, <- Hsum. field. lra.
    - unfold Rdiv. apply Rmult_integral_contrapositive_currified; [exact M0|].
      apply Rinv_neq_0_compat, Rmult_integral_contrapositive_currified; lra. }
  unfold real_mid. apply (Rmult_eq_reg_r (INR k)); [|lra]. rewrite plus_INR in *. field_simplify; [|lra]. lra.
Qed.
End RealSpectrum.

(* STEP (a = r, b = 1): the middle eigenvalue is the square of step_sigma_mid. *)
Theorem real_mid_is_sigma_squared p q r : (0 < p + q)%nat -> 0 <= r ->
  real_mid p q r 1 = Rsqr (step_sigma_mid (INR p) (INR q) r).
Proof.
  intros Hk Hr. assert (0 < INR p + INR q) by (rewrite <- plus_INR; apply lt_0_INR; lia).
  pose proof (pos_INR p). pose proof (pos_INR q).
  unfold step_sigma_mid. rewrite Rsqr_sqrt.
  - unfold real_mid. rewrite plus_INR. field. lra.
  - apply Rmult_le_pos; [nra|]. apply Rlt_le, Rinv_0_lt_compat. lra.
Qed.

(* The middle effective weight is the ratio of the middle eigenvalues of Z Omega Z^T
   (a = r w_maj, b = 1) and Z Z^T (a = r, b = 1), with w_maj = r^(-gamma). *)
Theorem real_lambda_is_ratio p q r gamma : (0 < p)%nat -> (0 < q)%nat -> 0 < r ->
  real_mid p q (r * step_lambda_maj r gamma) step_lambda_min / real_mid p q r 1
  = step_lambda_mid (INR p) (INR q) r gamma.
Proof.
  intros Hp Hq Hr. pose proof (lt_0_INR p Hp). pose proof (lt_0_INR q Hq).
  assert (0 < INR q * r) by (apply Rmult_lt_0_compat; lra).
  unfold real_mid, step_lambda_mid, step_lambda_maj, step_lambda_min. rewrite plus_INR. field. lra.
Qed.
