(* Test time: features that a class shares in part train as free ones of other counts and weights, and a fresh sample of a
   class has the logits of its training samples times g(n) = alpha n / (alpha n + 1 - alpha).

   L = W X2 with X2 = V X, X in R^(p x N): W in R^(k x d) and V in R^(d x p) follow
        W' = D (V X)^T,   V' = W^T D X^T,
   where column j of D, the residual, is any function of the class and of the logits of sample j: the squared loss and the
   cross-entropy, weighted or not.  Inner products of samples are x_i . x_j = alpha [same class] + (1 - alpha) [i = j].

   Hypotheses: n c, the number of samples of a class, is positive; the flows hold entrywise for t >= 0.
   Computed by: ufm_theory::test_time, ufm_simulation::{Problem::with_sharing, samples}.
   Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Arith.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Logistic LearningTime Sharing.
Open Scope R_scope.

(* The counts and weights of free features that train alike, and the factor at test time. *)
Definition effective_size (alpha n : R) : R := n / gain alpha n.
Definition effective_weight (alpha n omega : R) : R := omega * gain alpha n.
Definition factor (alpha n : R) : R := alpha * n / gain alpha n.
(* The squared length of a class mean. *)
Definition mean_square (alpha n : R) : R := gain alpha n / n.

Section Factor.
Variables (alpha n : R).
Hypothesis Ha : 0 < alpha < 1.
Hypothesis Hn : 0 < n.

Lemma gain_positive : 0 < gain alpha n.
Proof. apply gain_pos; lra. Qed.

Theorem factor_of_effective_size : factor alpha n = alpha * effective_size alpha n.
Proof. unfold factor, effective_size. pose proof gain_positive. field. lra. Qed.

Theorem factor_in_unit_interval : 0 < factor alpha n < 1.
Proof.
  pose proof gain_positive as G. unfold factor. assert (0 < alpha * n) by (apply Rmult_lt_0_compat; lra). split.
  - apply Rdiv_lt_0_compat; assumption.
  - apply Rmult_lt_reg_r with (gain alpha n); [exact G|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
    unfold gain. lra.
Qed.

(* How many samples make a given factor. *)
Theorem samples_for_factor g : 0 < g < 1 -> (factor alpha n = g <-> n = g * (1 - alpha) / (alpha * (1 - g))).
Proof.
  intros Hg. pose proof gain_positive as G. assert (P : 0 < alpha * (1 - g)) by (apply Rmult_lt_0_compat; lra).
  assert (E1 : factor alpha n = g <-> alpha * n = g * gain alpha n).
  { unfold factor. split; intros E; [rewrite <- E; field; lra | rewrite E; field; lra]. }
  assert (E2 : n = g * (1 - alpha) / (alpha * (1 - g)) <-> n * (alpha * (1 - g)) = g * (1 - alpha)).
  { split; intros E; [rewrite E at 1; field; lra|].
    apply Rmult_eq_reg_r with (alpha * (1 - g)); [|lra]. rewrite E. field. lra. }
  rewrite E1, E2. unfold gain. split; intros E; lra.
Qed.
End Factor.

(* It grows with the number of samples: what weights do not change. *)
Theorem factor_increasing alpha n n' : 0 < alpha < 1 -> 0 < n -> n < n' -> factor alpha n < factor alpha n'.
Proof.
  intros Ha Hn Hlt. pose proof (gain_positive alpha n Ha Hn) as G. pose proof (gain_positive alpha n' Ha ltac:(lra)) as G'.
  unfold factor. apply Rmult_lt_reg_r with (gain alpha n); [exact G|]. apply Rmult_lt_reg_r with (gain alpha n'); [exact G'|].
  replace (alpha * n / gain alpha n * gain alpha n * gain alpha n') with (alpha * n * gain alpha n') by (field; lra).
  replace (alpha * n' / gain alpha n' * gain alpha n * gain alpha n') with (alpha * n' * gain alpha n) by (field; lra).
  assert (0 < alpha * (1 - alpha) * (n' - n)) by (repeat apply Rmult_lt_0_compat; lra). unfold gain. lra.
Qed.

(* The strengths n' omega'^2 of the effective problem are those that features of share alpha have. *)
Theorem effective_strength alpha n gamma : 0 <= alpha <= 1 -> 0 < n ->
  effective_size alpha n * (effective_weight alpha n (Rpower n (- gamma)))^2 = strength alpha n gamma.
Proof.
  intros Ha Hn. pose proof (gain_pos alpha n Ha Hn) as G. unfold effective_size, effective_weight, strength.
  replace (Rpower n (1 - 2 * gamma)) with (n * (Rpower n (- gamma))^2).
  - field. lra.
  - replace (1 - 2 * gamma) with (1 + (- gamma + - gamma)) by ring.
    rewrite !Rpower_plus, Rpower_1 by exact Hn. ring.
Qed.

Section Flow.
Variables (k d p N : nat) (cl : nat -> nat) (X : nat -> nat -> R) (alpha : R).
(* The weighted residual of a sample of a class with given logits. *)
Variable residual : nat -> (nat -> R) -> nat -> R.

Definition members (c : nat) : R := sum N (fun j => if Nat.eqb (cl j) c then 1 else 0).
Definition inner (x y : nat -> R) : R := sum p (fun a => x a * y a).
Definition sample (j a : nat) : R := X a j.
Definition class_mean (c a : nat) : R := sum N (fun j => (if Nat.eqb (cl j) c then 1 else 0) * X a j) / members c.

Hypothesis classes : forall j, (j < N)%nat -> (cl j < k)%nat.
Hypothesis occupied : forall c, (c < k)%nat -> 0 < members c.
Hypothesis shared : forall i j, (i < N)%nat -> (j < N)%nat ->
  inner (sample i) (sample j) = (if Nat.eqb (cl i) (cl j) then alpha else 0) + (if Nat.eqb i j then 1 - alpha else 0).

(* The two layers on given features. *)
Definition logits_of (W V : nat -> nat -> R) (x : nat -> R) (i : nat) : R :=
  sum d (fun l => W i l * sum p (fun a => V l a * x a)).
Definition given_flow (W V : R -> nat -> nat -> R) : Prop := forall t, 0 <= t ->
  (forall i l, (i < k)%nat -> (l < d)%nat -> is_derive (fun u => W u i l) t
     (sum N (fun j => residual (cl j) (logits_of (W t) (V t) (sample j)) i * sum p (fun a => V t l a * X a j)))) /\
  (forall l a, (l < d)%nat -> (a < p)%nat -> is_derive (fun u => V u l a) t
     (sum N (fun j => sum k (fun i => W t i l * residual (cl j) (logits_of (W t) (V t) (sample j)) i) * X a j))).

(* Free features of effective counts and weights, one feature vector h_c a class: n' omega' = n omega. *)
Definition free_logits (W H : nat -> nat -> R) (c i : nat) : R := sum d (fun l => W i l * H l c).
Definition free_flow (W H : R -> nat -> nat -> R) : Prop := forall t, 0 <= t ->
  (forall i l, (i < k)%nat -> (l < d)%nat -> is_derive (fun u => W u i l) t
     (sum k (fun c => effective_size alpha (members c)
        * effective_weight alpha (members c) (residual c (free_logits (W t) (H t) c) i) * H t l c))) /\
  (forall l c, (l < d)%nat -> (c < k)%nat -> is_derive (fun u => H u l c) t
     (effective_weight alpha (members c) (sum k (fun i => W t i l * residual c (free_logits (W t) (H t) c) i)))).

(* The first layer that a free solution stands for: in the span of the class means. *)
Definition layer (H : R -> nat -> nat -> R) (t : R) (l a : nat) : R :=
  sum k (fun c => effective_size alpha (members c) * H t l c * class_mean c a).

Lemma delta_sum n b (f : nat -> R) : (b < n)%nat -> sum n (fun j => (if Nat.eqb b j then 1 else 0) * f j) = f b.
Proof.
  intros Hb. rewrite (sum_ext n _ (fun j => f j * (if Nat.eqb b j then 1 else 0))) by (intros; ring). now apply sum_delta.
Qed.

(* A class mean meets its own samples at its squared length and others not at all. *)
Lemma mean_inner c x v w : (c < k)%nat ->
  (forall i, (i < N)%nat -> inner (sample i) x = (if Nat.eqb (cl i) c then 1 else 0) * v + w i) ->
  inner (class_mean c) x = v + sum N (fun i => (if Nat.eqb (cl i) c then 1 else 0) * w i) / members c.
Proof.
  intros Hc HX. unfold inner, class_mean. pose proof (occupied c Hc) as M.
  rewrite (sum_ext p _ (fun a => / members c * sum N (fun j => (if Nat.eqb (cl j) c then 1 else 0) * (sample j a * x a)))).
  2:{ intros a _. unfold Rdiv, sample. rewrite (sum_ext N (fun j => _ * (X a j * x a))
        (fun j => (if Nat.eqb (cl j) c then 1 else 0) * X a j * x a)) by (intros; ring). rewrite sum_scal_r. ring. }
  rewrite sum_scal, sum_swap. apply Rmult_eq_reg_l with (members c); [|lra].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  rewrite (sum_ext N _ (fun j => v * (if Nat.eqb (cl j) c then 1 else 0) + (if Nat.eqb (cl j) c then 1 else 0) * w j)).
  - rewrite sum_add, sum_scal. fold (members c). field. lra.
  - intros j Hj. rewrite sum_scal. fold (inner (sample j) x). rewrite (HX j Hj).
    destruct (Nat.eqb (cl j) c); ring.
Qed.

Lemma mean_of_sample c j : (c < k)%nat -> (j < N)%nat ->
  inner (class_mean c) (sample j) = (if Nat.eqb (cl j) c then 1 else 0) * mean_square alpha (members c).
Proof.
  intros Hc Hj. pose proof (occupied c Hc) as M.
  rewrite (mean_inner c (sample j) ((if Nat.eqb (cl j) c then 1 else 0) * alpha)
    (fun i => (if Nat.eqb i j then 1 - alpha else 0) + (if Nat.eqb (cl i) (cl j) then alpha else 0)
      - (if Nat.eqb (cl i) c then 1 else 0) * ((if Nat.eqb (cl j) c then 1 else 0) * alpha)) Hc).
  2:{ intros i Hi. rewrite (shared i j Hi Hj). destruct (Nat.eqb (cl i) c), (Nat.eqb (cl i) (cl j)), (Nat.eqb i j); ring. }
  rewrite (sum_ext N _ (fun i => (if Nat.eqb j i then 1 else 0) * ((if Nat.eqb (cl j) c then 1 else 0) * (1 - alpha)))).
  - rewrite delta_sum by exact Hj. unfold mean_square, gain. destruct (Nat.eqb (cl j) c); field; lra.
  - intros i _. destruct (Nat.eqb_spec i j) as [-> | N1].
    + rewrite !Nat.eqb_refl. destruct (Nat.eqb (cl j) c); ring.
    + apply not_eq_sym, Nat.eqb_neq in N1. rewrite N1.
      destruct (Nat.eqb_spec (cl i) c), (Nat.eqb_spec (cl i) (cl j)), (Nat.eqb_spec (cl j) c); try congruence; ring.
Qed.

(* A fresh sample of class c meets training samples of its class at alpha, others not at all. *)
Definition fresh (c : nat) (x : nat -> R) : Prop :=
  forall i, (i < N)%nat -> inner (sample i) x = (if Nat.eqb (cl i) c then alpha else 0).

Lemma mean_of_fresh b c x : (b < k)%nat -> fresh c x -> inner (class_mean b) x = (if Nat.eqb b c then 1 else 0) * alpha.
Proof.
  intros Hb F. rewrite (mean_inner b x ((if Nat.eqb b c then 1 else 0) * alpha)
    (fun i => (if Nat.eqb (cl i) c then alpha else 0)
      - (if Nat.eqb (cl i) b then 1 else 0) * ((if Nat.eqb b c then 1 else 0) * alpha)) Hb).
  2:{ intros i Hi. rewrite (F i Hi). ring. }
  rewrite (sum_ext N _ (fun _ => 0)).
  - rewrite sum_zero. unfold Rdiv. ring.
  - intros i _. destruct (Nat.eqb_spec (cl i) b), (Nat.eqb_spec (cl i) c), (Nat.eqb_spec b c); try congruence; ring.
Qed.

Lemma through_layer H t l x (v : nat -> R) : (forall c, (c < k)%nat -> inner (class_mean c) x = v c) ->
  sum p (fun a => layer H t l a * x a) = sum k (fun c => effective_size alpha (members c) * H t l c * v c).
Proof.
  intros Hv. unfold layer.
  rewrite (sum_ext p _ (fun a => sum k (fun c => effective_size alpha (members c) * H t l c * (class_mean c a * x a)))).
  2:{ intros a _. rewrite <- sum_scal_r. apply sum_ext. intros; ring. }
  rewrite sum_swap. apply sum_ext. intros c Hc. rewrite sum_scal. f_equal. apply (Hv c Hc).
Qed.

Hypothesis share : 0 <= alpha <= 1.

Lemma hidden_of_sample H t l j : (j < N)%nat -> sum p (fun a => layer H t l a * X a j) = H t l (cl j).
Proof.
  intros Hj. change (sum p (fun a => layer H t l a * sample j a) = H t l (cl j)).
  rewrite (through_layer H t l (sample j) _ (fun c Hc => mean_of_sample c j Hc Hj)).
  rewrite (sum_ext k _ (fun c => (if Nat.eqb (cl j) c then 1 else 0)
    * (effective_size alpha (members c) * H t l c * mean_square alpha (members c)))) by (intros; ring).
  rewrite delta_sum by auto. pose proof (occupied (cl j) (classes j Hj)) as M.
  pose proof (gain_pos alpha _ share M). unfold effective_size, mean_square. field. lra.
Qed.

Lemma hidden_of_fresh H t l c x : (c < k)%nat -> fresh c x ->
  sum p (fun a => layer H t l a * x a) = factor alpha (members c) * H t l c.
Proof.
  intros Hc F. rewrite (through_layer H t l x _ (fun b Hb => mean_of_fresh b c x Hb F)).
  rewrite (sum_ext k _ (fun b => (if Nat.eqb c b then 1 else 0) * (effective_size alpha (members b) * H t l b * alpha))).
  - rewrite delta_sum by exact Hc. unfold factor, effective_size, Rdiv. ring.
  - intros b _. rewrite Nat.eqb_sym. ring.
Qed.

(* The logits of every training sample are those of its class in the free problem; of a fresh sample, the factor of them. *)
Theorem training_logits W H t j i : (j < N)%nat ->
  logits_of (W t) (layer H t) (sample j) i = free_logits (W t) (H t) (cl j) i.
Proof.
  intros Hj. unfold logits_of, free_logits. apply sum_ext. intros l _. f_equal. apply (hidden_of_sample H t l j Hj).
Qed.

Theorem fresh_logits W H t c x i : (c < k)%nat -> fresh c x ->
  logits_of (W t) (layer H t) x i = factor alpha (members c) * free_logits (W t) (H t) c i.
Proof.
  intros Hc F. unfold logits_of, free_logits. rewrite <- sum_scal. apply sum_ext. intros l _.
  rewrite (hidden_of_fresh H t l c x Hc F). ring.
Qed.

Corollary fresh_against_training W H t c x j i : (c < k)%nat -> fresh c x -> (j < N)%nat -> cl j = c ->
  logits_of (W t) (layer H t) x i = factor alpha (members c) * logits_of (W t) (layer H t) (sample j) i.
Proof. intros Hc F Hj <-. rewrite (fresh_logits W H t (cl j) x i Hc F), training_logits by exact Hj. reflexivity. Qed.

Hypothesis pointwise : forall c L L', (forall i, (i < k)%nat -> L i = L' i) ->
  forall i, (i < k)%nat -> residual c L i = residual c L' i.

(* Whatever depends on a sample through its class alone is summed class by class. *)
Lemma sum_by_class (f : nat -> R) (g : nat -> R) :
  sum N (fun j => f (cl j) * g j) = sum k (fun c => f c * sum N (fun j => (if Nat.eqb (cl j) c then 1 else 0) * g j)).
Proof.
  rewrite (sum_ext k _ (fun c => sum N (fun j => (if Nat.eqb (cl j) c then 1 else 0) * (f c * g j)))).
  2:{ intros c _. rewrite <- sum_scal. apply sum_ext. intros; ring. }
  rewrite sum_swap. apply sum_ext. intros j Hj. rewrite delta_sum by auto. reflexivity.
Qed.

(* A solution of the free problem is one of the given features. *)
Theorem free_flow_is_given_flow W H : free_flow W H -> given_flow W (layer H).
Proof.
  intros F t Ht. destruct (F t Ht) as [FW FH].
  assert (R1 : forall j i, (j < N)%nat -> (i < k)%nat ->
    residual (cl j) (logits_of (W t) (layer H t) (sample j)) i = residual (cl j) (free_logits (W t) (H t) (cl j)) i).
  { intros j i Hj Hi. apply pointwise; [|exact Hi]. intros i' _. apply training_logits, Hj. }
  split.
  - intros i l Hi Hl. rewrite (sum_ext N _ (fun j => (residual (cl j) (free_logits (W t) (H t) (cl j)) i * H t l (cl j)) * 1)).
    2:{ intros j Hj. rewrite (R1 j i Hj Hi), (hidden_of_sample H t l j Hj). ring. }
    rewrite (sum_by_class (fun c => residual c (free_logits (W t) (H t) c) i * H t l c) (fun _ => 1)).
    rewrite (sum_ext k _ (fun c => effective_size alpha (members c)
        * effective_weight alpha (members c) (residual c (free_logits (W t) (H t) c) i) * H t l c)); [apply FW; assumption|].
    intros c Hc. rewrite sum_scal_r. fold (members c). pose proof (occupied c Hc) as M. pose proof (gain_pos alpha _ share M).
    unfold effective_size, effective_weight. field. lra.
  - intros l a Hl Ha.
    rewrite (sum_ext N _ (fun j => sum k (fun i => W t i l * residual (cl j) (free_logits (W t) (H t) (cl j)) i) * X a j)).
    2:{ intros j Hj. f_equal. apply sum_ext. intros i Hi. rewrite (R1 j i Hj Hi). reflexivity. }
    rewrite (sum_by_class (fun c => sum k (fun i => W t i l * residual c (free_logits (W t) (H t) c) i)) (fun j => X a j)).
    rewrite (sum_ext k _ (fun c => effective_weight alpha (members c)
        (sum k (fun i => W t i l * residual c (free_logits (W t) (H t) c) i)) * (effective_size alpha (members c) * class_mean c a))).
    2:{ intros c Hc. pose proof (occupied c Hc) as M. pose proof (gain_pos alpha _ share M).
        unfold effective_size, effective_weight, class_mean. field. lra. }
    unfold layer. apply (is_derive_sum k (fun c u => effective_size alpha (members c) * H u l c * class_mean c a)). intros c Hc.
    replace (effective_weight alpha (members c) (sum k (fun i => W t i l * residual c (free_logits (W t) (H t) c) i))
        * (effective_size alpha (members c) * class_mean c a))
      with (scal (effective_size alpha (members c) * class_mean c a)
        (effective_weight alpha (members c) (sum k (fun i => W t i l * residual c (free_logits (W t) (H t) c) i))))
      by (unfold scal; simpl; unfold mult; simpl; ring).
    apply is_derive_ext with (fun u => scal (effective_size alpha (members c) * class_mean c a) (H u l c)).
    + intros u. unfold scal; simpl; unfold mult; simpl. ring.
    + apply is_derive_scal. apply FH; assumption.
Qed.
End Flow.

(* When weights help.  Two trainings of one mode, at rates lambda sigma and mu sigma, mu < lambda, from the plain start at
   scale delta, and a factor g of both at test time. *)
Section Benefit.
Variables (sigma lambda mu g : R).
Hypothesis Hs : 0 < sigma.
Hypothesis Hm : 0 < mu < lambda.

Definition advantage (delta tau : R) : R := g * rel sigma lambda delta tau - g * rel sigma mu delta tau.

Lemma advantage_limit tau (a b : R) : is_lim (fun delta => rel sigma lambda delta tau) p_infty a ->
  is_lim (fun delta => rel sigma mu delta tau) p_infty b -> is_lim (fun delta => advantage delta tau) p_infty (g * a - g * b).
Proof.
  intros La Lb. unfold advantage. apply is_lim_minus'.
  - apply (is_lim_scal_l (fun delta => rel sigma lambda delta tau) g p_infty a La).
  - apply (is_lim_scal_l (fun delta => rel sigma mu delta tau) g p_infty b Lb).
Qed.

Lemma order : learning_time sigma lambda < learning_time sigma mu.
Proof.
  unfold learning_time, Rdiv. rewrite !Rmult_1_l. apply Rinv_lt_contravar; [|apply Rmult_lt_compat_l; lra].
  apply Rmult_lt_0_compat; apply Rmult_lt_0_compat; lra.
Qed.

Theorem no_advantage_before tau : tau < learning_time sigma lambda ->
  is_lim (fun delta => advantage delta tau) p_infty 0.
Proof.
  intros H. pose proof order. replace (Finite 0) with (Finite (g * 0 - g * 0)) by (f_equal; ring).
  apply advantage_limit; apply not_learned_before; lra.
Qed.

Theorem full_advantage_between tau : learning_time sigma lambda < tau < learning_time sigma mu ->
  is_lim (fun delta => advantage delta tau) p_infty g.
Proof.
  intros H. replace (Finite g) with (Finite (g * 1 - g * 0)) by (f_equal; ring).
  apply advantage_limit; [apply learned_after | apply not_learned_before]; lra.
Qed.

Theorem no_advantage_after tau : learning_time sigma mu < tau ->
  is_lim (fun delta => advantage delta tau) p_infty 0.
Proof.
  intros H. pose proof order. replace (Finite 0) with (Finite (g * 1 - g * 1)) by (f_equal; ring).
  apply advantage_limit; apply learned_after; lra.
Qed.

(* For how long: the ratio of the two times is that of the weights. *)
Theorem interval_ratio : learning_time sigma mu / learning_time sigma lambda = lambda / mu.
Proof. unfold learning_time. field. repeat split; lra. Qed.
End Benefit.

(* The weight of a minority sample when weights have mean one over the samples. *)
Definition minority_weight (kmaj kmin R0 gamma : R) : R := (kmaj * R0 + kmin) / (kmaj * Rpower R0 (1 - gamma) + kmin).

Theorem mean_one kmaj kmin R0 gamma m : 0 < kmaj -> 0 < kmin -> 0 < R0 -> 0 < m ->
  kmaj * (R0 * m) * (minority_weight kmaj kmin R0 gamma * Rpower R0 (- gamma)) + kmin * m * minority_weight kmaj kmin R0 gamma
  = kmaj * (R0 * m) + kmin * m.
Proof.
  intros. unfold minority_weight. pose proof (exp_pos ((1 - gamma) * ln R0)) as E.
  replace (Rpower R0 (1 - gamma)) with (R0 * Rpower R0 (- gamma)).
  - assert (0 < Rpower R0 (- gamma)) by apply exp_pos. assert (0 < R0 * Rpower R0 (- gamma)) by (apply Rmult_lt_0_compat; lra).
    field. nra.
  - replace (1 - gamma) with (1 + - gamma) by ring. rewrite Rpower_plus, Rpower_1 by assumption. reflexivity.
Qed.
