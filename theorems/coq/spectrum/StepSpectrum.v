(* The squared singular values of STEP labels over the real numbers, for any split and every imbalance ratio r >= 1, r = 1
   included, each with its multiplicity: r n (k_maj - 1 times), n (k_maj + k_min r) / k (once) and n (k_min - 1 times).

   k_maj = p majority classes with r n samples each, k_min = q minority classes with n each (r is R in the text); any map y of the
   N samples to classes with these counts; Z is sample by sample, Z i j = [i = y j] - 1 / k.  The decomposition is explicit
   (StepModes.v); where values coincide (r = 1), the multiplicities add up.
   Computed by: ufm_theory::spectrum::StepSpectrum::sigma, labels::LabelSvd::step.
   Source: arXiv:2601.12011 (equal halves); any split: this project. *)
From Coq Require Import Reals Lra Lia Bool.
From UFM Require Import FiniteSums SingularValues StepModes.
Open Scope R_scope.

Section Step.
Variables (p q N : nat) (y : nat -> nat) (n r : R).
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hn : 0 < n) (Hr : 1 <= r).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < p + q)%nat.
Hypothesis counts : forall c, (c < p + q)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then r * n else n.

Notation k := (p + q)%nat.
Notation modes := (p + q - 1)%nat.
Notation Z := (step_labels p q y).
Notation U := (step_U p q).
Notation V := (step_V p q y (r * n) n).
Notation sigma := (step_sigma p q (r * n) n).

Lemma maj_pos : 0 < r * n.
Proof. apply Rmult_lt_0_compat; lra. Qed.

(* The decomposition Z = U diag(sigma) V^T: mode 0 is the contrast, then p - 1 majority and q - 1 minority modes. *)
Theorem step_singular_values :
  orthonormal k modes U /\ orthonormal N modes V /\
  (forall i j, (i < k)%nat -> (j < N)%nat -> Z i j = sum modes (fun a => U i a * sigma a * V j a)) /\
  (forall a, 0 < sigma a) /\
  sigma 0%nat * sigma 0%nat = n * (INR p + INR q * r) / INR k /\
  (forall a, (1 <= a < p)%nat -> sigma a * sigma a = r * n) /\
  (forall a, (p <= a < modes)%nat -> sigma a * sigma a = n).
Proof.
  pose proof maj_pos as HM. assert (S2 : forall a, 0 < sigma a /\ sigma a * sigma a = step_square p q (r * n) n a)
    by (apply step_sigma_pos; assumption).
  split; [apply step_U_orthonormal; assumption|].
  split; [apply (step_V_orthonormal p q Hp Hq N y (r * n) n HM Hn Hy counts)|].
  split; [apply (step_labels_modes p q Hp Hq N y (r * n) n HM Hn Hy)|].
  split; [intros a; apply S2|]. split; [|split].
  - rewrite (proj2 (S2 0%nat)). unfold step_square, Rdiv. ring.
  - intros [|a] Ha; [lia|]. rewrite (proj2 (S2 (S a))). unfold step_square, majority.
    replace (Nat.ltb (S a) p) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
  - intros [|a] Ha; [lia|]. rewrite (proj2 (S2 (S a))). unfold step_square, majority.
    replace (Nat.ltb (S a) p) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity.
Qed.

(* The solutions of Z Z^T v = x v for x <> 0 are the span of the columns of U whose sigma^2 is x: that is its multiplicity. *)
Theorem step_eigenspace x v : x <> 0 ->
  (forall i, (i < k)%nat -> gram_apply k N Z v i = x * v i) <->
  (exists c, (forall a, (a < modes)%nat -> sigma a * sigma a <> x -> c a = 0) /\
             forall i, (i < k)%nat -> v i = sum modes (fun a => U i a * c a)).
Proof. destruct step_singular_values as [HU [HV [HZ _]]]. apply (gram_eigenspace k N modes U V Z sigma HU HV HZ). Qed.

(* So the squared singular values other than 0 are these three, a group of one class having none of its own. *)
Theorem step_squared_singular_values x : x <> 0 ->
  (exists v, (exists i, (i < k)%nat /\ v i <> 0) /\ forall i, (i < k)%nat -> gram_apply k N Z v i = x * v i) <->
  (((2 <= p)%nat /\ x = r * n) \/ x = n * (INR p + INR q * r) / INR k \/ ((2 <= q)%nat /\ x = n)).
Proof.
  intros Hx. destruct step_singular_values as [HU [HV [HZ [_ [S0 [SM SN]]]]]].
  rewrite (gram_eigenvalues k N modes U V Z sigma HU HV HZ x Hx). split.
  - intros [a [Ha E]]. destruct (Nat.eq_dec a 0) as [->|A0]; [right; left; rewrite <- E; exact S0|].
    destruct (Nat.lt_ge_cases a p) as [L|L].
    + left. split; [lia|]. rewrite <- E. apply SM. lia.
    + right; right. split; [lia|]. rewrite <- E. apply SN; lia.
  - intros [[H2 ->]|[->|[H2 ->]]].
    + exists 1%nat. split; [lia | apply SM; lia].
    + exists 0%nat. split; [lia | exact S0].
    + exists p. split; [lia | apply SN; lia].
Qed.
End Step.

(* The growth rates of STEP labels under weights om of the groups: the singular values of Z Omega, with multiplicities, for any split, class sizes
   and weights.  The decomposition is again explicit, over the same left directions. *)
Section Growth.
Variables (p q N : nat) (y : nat -> nat) (m_maj m_min : R) (om : bool -> R).
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min) (Hom : forall b, 0 < om b).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < p + q)%nat.
Hypothesis counts : forall c, (c < p + q)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.

Notation k := (p + q)%nat.
Notation modes := (p + q - 1)%nat.
Notation strength_maj := (m_maj * (om true * om true)).
Notation strength_min := (m_min * (om false * om false)).

(* Growth rate and right direction of a mode. *)
Definition growth_rate (a : nat) : R := step_sigma p q strength_maj strength_min a.
Definition growth_V (j a : nat) : R := om (sample_group p y j) * step_U p q (y j) a / growth_rate a.

Lemma strengths_pos : 0 < strength_maj /\ 0 < strength_min.
Proof. pose proof (Hom true). pose proof (Hom false). split; repeat apply Rmult_lt_0_compat; assumption. Qed.

Theorem step_growth_rates :
  orthonormal k modes (step_U p q) /\ orthonormal N modes growth_V /\
  (forall i j, (i < k)%nat -> (j < N)%nat ->
     step_labels p q y i j * om (sample_group p y j) = sum modes (fun a => step_U p q i a * growth_rate a * growth_V j a)) /\
  (forall a, 0 < growth_rate a) /\
  growth_rate 0%nat * growth_rate 0%nat = (INR q * strength_maj + INR p * strength_min) / INR k /\
  (forall a, (1 <= a < p)%nat -> growth_rate a * growth_rate a = strength_maj) /\
  (forall a, (p <= a < modes)%nat -> growth_rate a * growth_rate a = strength_min).
Proof.
  destruct strengths_pos as [SM Sm].
  assert (S2 : forall a, 0 < growth_rate a /\ growth_rate a * growth_rate a = step_square p q strength_maj strength_min a)
    by (intros a; apply (step_sigma_pos p q Hp Hq strength_maj strength_min SM Sm a)).
  split; [apply step_U_orthonormal; assumption|]. split; [|split; [|split; [|split; [|split]]]].
  - intros a b Ha Hb. unfold growth_V, sample_group. destruct (S2 a) as [Pa Sa]. destruct (S2 b) as [Pb _].
    rewrite (sum_samples p q N y m_maj m_min Hy counts (fun c => om (majority p c) * step_U p q c a / growth_rate a
      * (om (majority p c) * step_U p q c b / growth_rate b))).
    rewrite (sum_ext k _ (fun c => / (growth_rate a * growth_rate b)
      * ((if majority p c then strength_maj else strength_min) * (step_U p q c a * step_U p q c b))))
      by (intros c _; destruct (majority p c); field; lra).
    rewrite sum_scal, (step_gram p q Hp Hq) by assumption. destruct (Nat.eqb_spec a b) as [<-|]; [|ring].
    rewrite <- Sa. field. lra.
  - intros i j Hi Hj. unfold step_labels. rewrite <- (step_U_complete p q Hp Hq i (y j) Hi (Hy j Hj)).
    rewrite <- sum_scal_r. apply sum_ext. intros a _. unfold growth_V. destruct (S2 a). field. lra.
  - intros a. apply S2.
  - exact (proj2 (S2 0%nat)).
  - intros [|a] Ha; [lia|]. rewrite (proj2 (S2 (S a))). unfold step_square, majority.
    replace (Nat.ltb (S a) p) with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
  - intros [|a] Ha; [lia|]. rewrite (proj2 (S2 (S a))). unfold step_square, majority.
    replace (Nat.ltb (S a) p) with false by (symmetry; apply Nat.ltb_ge; lia). reflexivity.
Qed.
End Growth.

(* With one sample in a minority class, r in a majority class and weights n_c^(-gamma) the growth rates are r^(1/2 - gamma),
   sqrt ((q r^(1 - 2 gamma) + p) / k) and 1. *)
Theorem step_growth_rates_power p q r gamma : (0 < p)%nat -> (0 < q)%nat -> 0 < r ->
  let rate := growth_rate p q r 1 (fun b => Rpower (if b then r else 1) (- gamma)) in
  rate 0%nat = sqrt ((INR q * Rpower r (1 - 2 * gamma) + INR p) / INR (p + q)) /\
  (forall a, (1 <= a < p)%nat -> rate a = Rpower r (1 / 2 - gamma)) /\
  (forall a, (p <= a < p + q - 1)%nat -> rate a = 1).
Proof.
  intros Hp Hq Hr rate. unfold rate, growth_rate, step_sigma.
  assert (E : r * (Rpower r (- gamma) * Rpower r (- gamma)) = Rpower r (1 - 2 * gamma)).
  { rewrite <- Rpower_plus. rewrite <- (Rpower_1 r Hr) at 1. rewrite <- Rpower_plus. f_equal. ring. }
  assert (O : Rpower 1 (- gamma) = 1) by (unfold Rpower; rewrite ln_1, Rmult_0_r; apply exp_0).
  rewrite E, O. split; [|split].
  - simpl step_square. f_equal. unfold Rdiv. ring.
  - intros [|a] Ha; [lia|]. unfold step_square, majority. replace (Nat.ltb (S a) p) with true by (symmetry; apply Nat.ltb_lt; lia).
    rewrite <- (sqrt_square (Rpower r (1 / 2 - gamma))) by apply Rlt_le, exp_pos. f_equal. rewrite <- Rpower_plus. f_equal. field.
  - intros [|a] Ha; [lia|]. unfold step_square, majority. replace (Nat.ltb (S a) p) with false by (symmetry; apply Nat.ltb_ge; lia).
    replace (1 * (1 * 1)) with 1 by ring. apply sqrt_1.
Qed.
