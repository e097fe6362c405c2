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
