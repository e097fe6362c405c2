(* Vanilla training, any split of the classes: the order of the three learning times, in the limit and at every
   scale, and both windows.

   k_maj, k_min >= 1 classes with m_maj, m_min samples each, m_min < m_maj; singular values
     majority sqrt m_maj,   contrast sqrt ((k_min m_maj + k_maj m_min) / k),   minority sqrt m_min;
   effective weights 1.  The windows are for m_min = 1, m_maj = r (R in the text) and a share of minority classes,
   and all three directions are taken to exist (two classes in each group).
   Computed by: ufm_theory::window::{vanilla_relative, vanilla_absolute}, learning_time::{limiting, normalised}.
   Source: arXiv:2601.12011 (limit times, equal halves); any split, finite delta: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime MajorityFirst Window WindowBound WindowSplit.
Open Scope R_scope.

Section Order.
Variables k_maj k_min m_maj m_min : R.
Hypotheses (Hk : 0 < k_maj) (Hl : 0 < k_min) (Hm : 0 < m_min < m_maj).

Definition contrast_sigma_square : R := (k_min * m_maj + k_maj * m_min) / (k_maj + k_min).
Notation sigma_maj := (sqrt m_maj).
Notation sigma_con := (sqrt contrast_sigma_square).
Notation sigma_min := (sqrt m_min).

(* The contrast lies strictly between the groups. *)
Theorem vanilla_singular_values_order : 0 < sigma_min /\ sigma_min < sigma_con /\ sigma_con < sigma_maj.
Proof.
  assert (m_min < contrast_sigma_square) by (apply Rlt_div_r; nra).
  assert (contrast_sigma_square < m_maj) by (apply Rlt_div_l; nra).
  repeat split; [apply sqrt_lt_R0 | apply sqrt_lt_1 | apply sqrt_lt_1]; lra.
Qed.

(* In the limit of small starts: majority, then contrast, then minority. *)
Theorem vanilla_order_limit :
  learning_time sigma_maj 1 < learning_time sigma_con 1 < learning_time sigma_min 1.
Proof.
  destruct vanilla_singular_values_order as [H0 [H1 H2]].
  split; apply learning_time_order; lra.
Qed.

(* That is: at any rescaled time between two of them the earlier is learned and the later is not. *)
Theorem vanilla_order_amplitudes tau :
  (learning_time sigma_maj 1 < tau < learning_time sigma_con 1 ->
     is_lim (fun delta => rel sigma_maj 1 delta tau) p_infty 1 /\ is_lim (fun delta => rel sigma_con 1 delta tau) p_infty 0) /\
  (learning_time sigma_con 1 < tau < learning_time sigma_min 1 ->
     is_lim (fun delta => rel sigma_con 1 delta tau) p_infty 1 /\ is_lim (fun delta => rel sigma_min 1 delta tau) p_infty 0).
Proof.
  destruct vanilla_singular_values_order as [H0 [H1 H2]].
  split; apply faster_learned_slower_not; lra.
Qed.

(* And at every scale of the plain start with sigma_min exp(2 delta) >= 5. *)
Theorem vanilla_order_at_scale delta : 5 <= sigma_min * exp (2 * delta) ->
  t_half sigma_maj 1 (s0_plain delta) < t_half sigma_con 1 (s0_plain delta) < t_half sigma_min 1 (s0_plain delta).
Proof.
  intros H5. destruct vanilla_singular_values_order as [H0 [H1 H2]]. pose proof (exp_pos (2 * delta)).
  split; apply majority_first_plain; try lra; try exact H5.
  apply Rle_trans with (1 := H5). apply Rmult_le_compat_r; lra.
Qed.
End Order.

(* The absolute window for any split. *)
Definition absolute_window_split (share r gamma : R) : R :=
  absolute_spread (/ rate_maj r gamma) (/ rate_mid_split share r gamma) (/ rate_min).

(* The middle rate at gamma = 0 is its singular value. *)
Theorem rate_mid_split_vanilla share r : 0 < share < 1 -> 0 < r -> rate_mid_split share r 0 = sqrt (share * r + (1 - share)).
Proof.
  intros Hp Hr. unfold rate_mid_split. rewrite Rminus_0_r, Rpower_1 by exact Hr.
  assert (H : 0 < share * r + (1 - share)) by nra. pose proof (sqrt_lt_R0 _ H).
  rewrite <- (sqrt_sqrt (share * r + (1 - share))) at 1 by lra. field. lra.
Qed.

Section Windows.
Variables share r : R.
Hypotheses (Hp : 0 < share < 1) (Hr : 1 <= r).

Lemma vanilla_split_times : first_of (/ rate_maj r 0) (/ rate_mid_split share r 0) (/ rate_min) = / sqrt r /\
  last_of (/ rate_maj r 0) (/ rate_mid_split share r 0) (/ rate_min) = 1.
Proof.
  unfold first_of, last_of. rewrite rate_maj_vanilla, rate_mid_split_vanilla by lra. unfold rate_min. rewrite Rinv_1.
  assert (H1 : 1 <= share * r + (1 - share) <= r) by nra.
  pose proof (sqrt_ge1 _ (proj1 H1)) as S1.
  assert (S2 : sqrt (share * r + (1 - share)) <= sqrt r) by (apply sqrt_le_1; lra).
  set (m := sqrt (share * r + (1 - share))) in *. pose proof (sqrt_ge1 r Hr).
  assert (/ m <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; lra).
  assert (/ sqrt r <= / m) by (apply Rinv_le_contravar; lra).
  split; [rewrite (Rmin_left (/ m)), Rmin_left by lra | rewrite (Rmax_right (/ m)), Rmax_right by lra]; reflexivity.
Qed.

(* The relative window of vanilla training is sqrt r - 1 for every split. *)
Theorem vanilla_window_split : window_split share r 0 = sqrt r - 1.
Proof.
  unfold window_split, relative_spread. destruct vanilla_split_times as [-> ->]. pose proof (sqrt_ge1 r Hr). field; lra.
Qed.

(* The absolute one is 1 - 1 / sqrt r, below 1. *)
Theorem vanilla_absolute_window_split : absolute_window_split share r 0 = 1 - / sqrt r.
Proof. unfold absolute_window_split, absolute_spread. destruct vanilla_split_times as [-> ->]. reflexivity. Qed.
Theorem vanilla_absolute_window_split_lt1 : 0 <= absolute_window_split share r 0 < 1.
Proof. rewrite vanilla_absolute_window_split. pose proof (inv_le1 _ (sqrt_ge1 r Hr)). lra. Qed.
End Windows.

(* No constant bounds the relative window, whatever the split. *)
Theorem vanilla_window_split_unbounded share : 0 < share < 1 -> forall B, exists r, 1 <= r /\ B < window_split share r 0.
Proof.
  intros Hp B. destruct (vanilla_window_unbounded B) as [r [Hr L]]. exists r. split; [exact Hr|].
  rewrite vanilla_window_split by assumption. rewrite vanilla_window in L by exact Hr. exact L.
Qed.
