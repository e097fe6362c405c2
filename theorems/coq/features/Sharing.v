(* Features that a class shares in part: which exponent makes the growth rates equal.

   Each sample is x = sqrt(alpha) e_class + sqrt(1 - alpha) e_sample with orthonormal parts.  The squared
   growth rates of a class profile are then the spectrum of P diag(m) P with the strengths
   m_c = n_c omega_c^2 (alpha n_c + 1 - alpha), omega_c = n_c^(-gamma); they are all equal where the
   strengths are.  Two class sizes m and m r, imbalance ratio r > 1.

   Hypotheses: n, m > 0, 0 <= alpha <= 1, r > 1.
   Computed by: ufm_theory::constrained::{growth_rates, flattening_exponent}.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.

Definition gain (alpha n : R) : R := alpha * n + 1 - alpha.
Definition strength (alpha n gamma : R) : R := Rpower n (1 - 2 * gamma) * gain alpha n.
Definition gamma_star (alpha m r : R) : R := 1 / 2 + ln (gain alpha (m * r) / gain alpha m) / (2 * ln r).

Lemma gain_pos alpha n : 0 <= alpha <= 1 -> 0 < n -> 0 < gain alpha n.
Proof.
  intros Ha Hn. unfold gain. destruct (Req_dec alpha 0) as [-> | H0]; [lra|].
  assert (0 < alpha * n) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma strength_pos alpha n gamma : 0 <= alpha <= 1 -> 0 < n -> 0 < strength alpha n gamma.
Proof.
  intros Ha Hn. unfold strength. apply Rmult_lt_0_compat; [apply exp_pos | now apply gain_pos].
Qed.

Lemma ln_strength alpha n gamma : 0 <= alpha <= 1 -> 0 < n ->
  ln (strength alpha n gamma) = (1 - 2 * gamma) * ln n + ln (gain alpha n).
Proof.
  intros Ha Hn. unfold strength.
  rewrite ln_mult; [| apply exp_pos | now apply gain_pos].
  unfold Rpower. now rewrite ln_exp.
Qed.

(* Free features: at gamma = 1/2 every strength is 1, whatever the class sizes. *)
Theorem free_features_flat n : 0 < n -> strength 0 n (1 / 2) = 1.
Proof.
  intros Hn. unfold strength, gain. replace (1 - 2 * (1 / 2)) with 0 by field.
  rewrite Rpower_O by exact Hn. ring.
Qed.

(* One feature vector for a class: at gamma = 1, inverse frequency, every strength is 1. *)
Theorem shared_features_flat n : 0 < n -> strength 1 n 1 = 1.
Proof.
  intros Hn. unfold strength, gain. replace (1 - 2 * 1) with (- (1)) by ring.
  rewrite Rpower_Ropp, Rpower_1 by exact Hn. field. lra.
Qed.

(* In between: the strengths of the two class sizes are equal exactly at gamma_star. *)
Theorem strengths_equal_iff_gamma_star alpha m r gamma :
  0 <= alpha <= 1 -> 0 < m -> 1 < r ->
  (strength alpha (m * r) gamma = strength alpha m gamma <-> gamma = gamma_star alpha m r).
Proof.
  intros Ha Hm Hr.
  assert (Hmr : 0 < m * r) by (apply Rmult_lt_0_compat; lra).
  assert (Hln : 0 < ln r) by (rewrite <- ln_1; apply ln_increasing; lra).
  pose proof (gain_pos alpha _ Ha Hm) as GB. pose proof (gain_pos alpha _ Ha Hmr) as GA.
  assert (Hstar : gamma = gamma_star alpha m r <->
    (1 - 2 * gamma) * ln r + ln (gain alpha (m * r)) = ln (gain alpha m)).
  { unfold gamma_star, Rdiv.
    rewrite ln_mult by (try apply Rinv_0_lt_compat; assumption). rewrite ln_Rinv by exact GB.
    split; intros H.
    - rewrite H. field. lra.
    - apply (Rmult_eq_reg_r (2 * ln r)); [|lra]. field_simplify; [|lra]. lra. }
  rewrite Hstar. split; intros H.
  - apply (f_equal ln) in H. rewrite !ln_strength, ln_mult in H by (assumption || lra). lra.
  - apply ln_inv; [now apply strength_pos | now apply strength_pos |].
    rewrite !ln_strength, ln_mult by (assumption || lra). lra.
Qed.

(* Nothing shared: 1/2.  Everything shared: 1. *)
Theorem gamma_star_ends m r : 0 < m -> 1 < r -> gamma_star 0 m r = 1 / 2 /\ gamma_star 1 m r = 1.
Proof.
  intros Hm Hr.
  assert (Hln : 0 < ln r) by (rewrite <- ln_1; apply ln_increasing; lra).
  unfold gamma_star, gain. split.
  - replace ((0 * (m * r) + 1 - 0) / (0 * m + 1 - 0)) with 1 by field. rewrite ln_1. field. lra.
  - replace ((1 * (m * r) + 1 - 1) / (1 * m + 1 - 1)) with r by (field; lra). field. lra.
Qed.

(* Sharing moves the exponent up: it lies between 1/2 and 1. *)
Theorem gamma_star_range alpha m r : 0 <= alpha <= 1 -> 0 < m -> 1 < r ->
  1 / 2 <= gamma_star alpha m r <= 1.
Proof.
  intros Ha Hm Hr.
  assert (Hmr : 0 < m * r) by (apply Rmult_lt_0_compat; lra).
  assert (Hln : 0 < ln r) by (rewrite <- ln_1; apply ln_increasing; lra).
  pose proof (gain_pos alpha _ Ha Hm) as GB. pose proof (gain_pos alpha _ Ha Hmr) as GA.
  set (q := gain alpha (m * r) / gain alpha m).
  assert (Hq1 : 1 <= q).
  { unfold q. apply (Rmult_le_reg_r (gain alpha m)); [exact GB|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra. unfold gain.
    assert (0 <= alpha * m * (r - 1)) by (apply Rmult_le_pos; [apply Rmult_le_pos|]; lra). nra. }
  assert (Hqr : q <= r).
  { unfold q. apply (Rmult_le_reg_r (gain alpha m)); [exact GB|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. unfold gain.
    assert (0 <= (1 - alpha) * (r - 1)) by (apply Rmult_le_pos; lra). nra. }
  assert (L0 : 0 <= ln q).
  { rewrite <- ln_1. destruct Hq1 as [H | H]; [left; apply ln_increasing; lra | rewrite <- H; right; reflexivity]. }
  assert (L1 : ln q <= ln r).
  { destruct Hqr as [H | H]; [left; apply ln_increasing; lra | rewrite H; right; reflexivity]. }
  unfold gamma_star. fold q.
  assert (E : 0 <= ln q / (2 * ln r) <= 1 / 2).
  { split.
    - apply Rmult_le_pos; [exact L0 | left; apply Rinv_0_lt_compat; lra].
    - apply (Rmult_le_reg_r (2 * ln r)); [lra|]. unfold Rdiv.
      rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. lra. }
  lra.
Qed.
