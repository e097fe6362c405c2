(* The reweighted window for any split of the classes.

   share in (0, 1) is the share of minority classes, share = k_min / k; the STEP profile has imbalance
   ratio r >= 1 (R in the text).  The middle singular value is sqrt (share r + 1 - share), the middle
   effective weight (share r^(1 - gamma) + 1 - share) / (share r + 1 - share); their product is rate_mid_split.
   The majority and minority rates do not depend on the split.

   The window takes all three rates; where a group has a single class its own mode is absent, and
   the statement on the three rates still holds but describes one mode too many.
   Computed by: ufm_theory::window::{reweighted_relative_split, supremum_split}.
   Source: this project (share = 1/2 is the paper's case). *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Window WindowBound.
Open Scope R_scope.

Definition rate_mid_split (share r gamma : R) : R :=
  (share * Rpower r (1 - gamma) + (1 - share)) / sqrt (share * r + (1 - share)).
Definition window_split (share r gamma : R) : R :=
  relative_spread (/ rate_maj r gamma) (/ rate_mid_split share r gamma) (/ rate_min).

(* The closed form at gamma = 1/2. *)
Definition win_split (share r : R) : R := sqrt (share * r + (1 - share)) / (share * sqrt r + (1 - share)) - 1.

(* Equal halves are the split share = 1/2. *)
Theorem rate_mid_split_halves r gamma : 0 < r -> rate_mid_split (1 / 2) r gamma = rate_mid r gamma.
Proof.
  intros H. unfold rate_mid_split, rate_mid.
  replace (2 * (r + 1)) with (Rsqr 2 * (1 / 2 * r + (1 - 1 / 2))) by (unfold Rsqr; field).
  rewrite sqrt_mult, sqrt_Rsqr by (unfold Rsqr; lra).
  assert (0 < sqrt (1 / 2 * r + (1 - 1 / 2))) by (apply sqrt_lt_R0; lra). field. lra.
Qed.

Section Split.
Variable share : R.
Hypothesis Hp : 0 < share < 1.

Lemma split_den r : 0 <= r -> 0 < share * sqrt r + (1 - share).
Proof. intros H. pose proof (sqrt_pos r). nra. Qed.

Lemma split_num r : 0 <= r -> 0 < sqrt (share * r + (1 - share)).
Proof. intros H. apply sqrt_lt_R0. nra. Qed.

Lemma rate_mid_split_half r : 0 < r ->
  rate_mid_split share r (1 / 2) = (share * sqrt r + (1 - share)) / sqrt (share * r + (1 - share)).
Proof.
  intros H. unfold rate_mid_split. replace (1 - 1 / 2) with (1 / 2) by field.
  rewrite Rpower_half by exact H. reflexivity.
Qed.

(* 1 / rate_mid^2 = (share r + 1 - share) / (share sqrt r + 1 - share)^2 at gamma = 1/2. *)
Theorem rate_mid_split_inv_sq r : 0 < r ->
  / Rsqr (rate_mid_split share r (1 / 2)) = (share * r + (1 - share)) / Rsqr (share * sqrt r + (1 - share)).
Proof.
  intros H. rewrite rate_mid_split_half by exact H.
  pose proof (split_den r ltac:(lra)) as Hd. pose proof (split_num r ltac:(lra)) as Hn.
  assert (H0 : 0 < share * r + (1 - share)) by nra. rewrite Rsqr_div', Rsqr_sqrt by lra. unfold Rsqr. field. split; [lra|]. nra.
Qed.

Lemma win_split1_pos r : 0 <= r -> 0 < win_split share r + 1.
Proof.
  intros H. unfold win_split. replace (_ - 1 + 1) with (sqrt (share * r + (1 - share)) / (share * sqrt r + (1 - share))) by ring.
  apply Rdiv_lt_0_compat; [apply split_num | apply split_den]; exact H.
Qed.

Lemma win_split_sq r : 0 <= r ->
  Rsqr (win_split share r + 1) = (share * r + (1 - share)) / Rsqr (share * sqrt r + (1 - share)).
Proof.
  intros H. unfold win_split. replace (_ - 1 + 1) with (sqrt (share * r + (1 - share)) / (share * sqrt r + (1 - share))) by ring.
  rewrite Rsqr_div', Rsqr_sqrt by nra. reflexivity.
Qed.

(* The same square as 1 plus the squared coefficient of variation v^2, with
   v = sqrt (share (1 - share)) (sqrt r - 1) / (1 + share (sqrt r - 1)).
   Computed by window::reweighted_relative_split. *)
Theorem win_split_stable_form r : 0 <= r ->
  win_split share r
  = sqrt (1 + Rsqr (sqrt (share * (1 - share)) * (sqrt r - 1) / (1 + share * (sqrt r - 1)))) - 1.
Proof.
  intros H. cut (win_split share r + 1
    = sqrt (1 + Rsqr (sqrt (share * (1 - share)) * (sqrt r - 1) / (1 + share * (sqrt r - 1))))); [lra|].
  rewrite <- (sqrt_Rsqr (win_split share r + 1)) by (apply Rlt_le, win_split1_pos, H).
  f_equal. rewrite win_split_sq by exact H. pose proof (split_den r H) as Hd.
  rewrite Rsqr_div', Rsqr_mult, Rsqr_sqrt by nra.
  rewrite <- (sqrt_sqrt r H) at 1. unfold Rsqr. field. lra.
Qed.

(* The square in the variable x = sqrt r, compared at two points. *)
Lemma win_split_sq_lt x y : 1 <= x -> x < y ->
  (share * (x * x) + (1 - share)) / Rsqr (share * x + (1 - share)) < (share * (y * y) + (1 - share)) / Rsqr (share * y + (1 - share)).
Proof.
  intros Hx Hy. apply Rminus_gt_0_lt. assert (Dx : 0 < share * x + (1 - share)) by nra.
  assert (Dy : 0 < share * y + (1 - share)) by nra.
  replace (_ - _) with (share * (1 - share) * (y - x) * ((x - 1) * (share * y + (1 - share)) + (y - 1) * (share * x + (1 - share)))
                        / (Rsqr (share * x + (1 - share)) * Rsqr (share * y + (1 - share)))).
  2:{ unfold Rsqr. field. lra. }
  apply Rdiv_lt_0_compat; unfold Rsqr; repeat apply Rmult_lt_0_compat; try lra.
  assert (0 <= (x - 1) * (share * y + (1 - share))) by (apply Rmult_le_pos; lra).
  assert (0 < (y - 1) * (share * x + (1 - share))) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(* No imbalance, no window. *)
Theorem win_split_at_1 : win_split share 1 = 0.
Proof.
  unfold win_split. rewrite sqrt_1. replace (share * 1 + (1 - share)) with 1 by ring. rewrite sqrt_1. field.
Qed.

(* Strictly increasing in the imbalance ratio, for every split. *)
Theorem win_split_increasing r q : 1 <= r -> r < q -> win_split share r < win_split share q.
Proof.
  intros H Hq. pose proof (sqrt_ge1 r H) as Hx.
  assert (Hy : sqrt r < sqrt q) by (apply sqrt_lt_1; lra).
  cut (win_split share r + 1 < win_split share q + 1); [lra|].
  apply Rsqr_incrst_0; [| apply Rlt_le, win_split1_pos; lra | apply Rlt_le, win_split1_pos; lra].
  rewrite !win_split_sq by lra. pose proof (win_split_sq_lt _ _ Hx Hy) as L.
  rewrite !sqrt_sqrt in L by lra. exact L.
Qed.

(* Below 1 / sqrt share - 1, for every r >= 1.  The bound is window::supremum_split. *)
Theorem win_split_lt r : 1 <= r -> win_split share r < / sqrt share - 1.
Proof.
  intros H. pose proof (sqrt_ge1 r H) as Hx. pose proof (sqrt_lt_R0 share ltac:(lra)) as Hs.
  assert (0 < / sqrt share) by (apply Rinv_0_lt_compat; lra).
  cut (win_split share r + 1 < / sqrt share); [lra|].
  apply Rsqr_incrst_0; [| apply Rlt_le, win_split1_pos; lra | lra].
  rewrite win_split_sq, Rsqr_inv', Rsqr_sqrt by lra. pose proof (split_den r ltac:(lra)) as Hd.
  apply Rlt_div_l; [unfold Rsqr; nra|].
  replace (/ share * Rsqr (share * sqrt r + (1 - share)))
    with (share * (sqrt r * sqrt r) + 2 * (1 - share) * sqrt r + (1 - share) * ((1 - share) / share)) by (unfold Rsqr; field; lra).
  rewrite sqrt_sqrt by lra. assert (0 < (1 - share) / share) by (apply Rdiv_lt_0_compat; lra). nra.
Qed.

(* The window defined from the three rates is this closed form. *)
Theorem window_split_half r : 1 <= r -> window_split share r (1 / 2) = win_split share r.
Proof.
  intros H. assert (H0 : 0 <= win_split share r).
  { destruct H as [H | <-]; [|rewrite win_split_at_1; lra].
    rewrite <- win_split_at_1. apply Rlt_le, win_split_increasing; lra. }
  assert (E : / rate_mid_split share r (1 / 2) = win_split share r + 1).
  { rewrite rate_mid_split_half by lra. unfold win_split.
    pose proof (split_den r ltac:(lra)). pose proof (split_num r ltac:(lra)). field. lra. }
  unfold window_split, relative_spread, first_of, last_of.
  rewrite rate_maj_half by lra. rewrite E. unfold rate_min. rewrite Rinv_1.
  rewrite (Rmax_left (_ + 1) 1), (Rmin_right (_ + 1) 1), Rmax_right, Rmin_left by lra. field.
Qed.

(* The bound for the window defined from the rates. *)
Theorem window_split_bound r : 1 <= r -> 0 <= window_split share r (1 / 2) < / sqrt share - 1.
Proof.
  intros H. rewrite window_split_half by exact H. split; [|apply win_split_lt, H].
  destruct H as [H | <-]; [|rewrite win_split_at_1; lra].
  rewrite <- win_split_at_1. apply Rlt_le, win_split_increasing; lra.
Qed.

(* The window tends to 1 / sqrt share - 1. *)
Theorem win_split_limit : is_lim (win_split share) p_infty (/ sqrt share - 1).
Proof.
  apply (is_lim_ext_loc (fun r => sqrt (share + (1 - share) * Rsqr (/ sqrt r)) / (share + (1 - share) * / sqrt r) - 1)).
  - exists 0. intros r Hr. assert (Hx : 0 < sqrt r) by (apply sqrt_lt_R0; lra). unfold win_split.
    replace (share + (1 - share) * Rsqr (/ sqrt r)) with ((share * r + (1 - share)) / r).
    2:{ rewrite <- (sqrt_sqrt r) at 1 2 by lra. unfold Rsqr. field. lra. }
    rewrite sqrt_div by nra. pose proof (split_den r ltac:(lra)).
    field. repeat split; try lra.
  - replace (/ sqrt share - 1) with (sqrt (share + (1 - share) * Rsqr 0) / (share + (1 - share) * 0) - 1).
    2:{ pose proof (sqrt_lt_R0 share ltac:(lra)) as Hs. pose proof (sqrt_sqrt share ltac:(lra)) as E.
        replace (share + (1 - share) * Rsqr 0) with share by (unfold Rsqr; ring).
        replace (share + (1 - share) * 0) with (sqrt share * sqrt share) by lra. field. lra. }
    apply (is_lim_comp_continuous (fun r => / sqrt r)
             (fun u => sqrt (share + (1 - share) * Rsqr u) / (share + (1 - share) * u) - 1)).
    + replace (Finite 0) with (Rbar_inv p_infty) by reflexivity.
      apply is_lim_inv; [apply is_lim_sqrt_p, is_lim_id | discriminate].
    + apply (ex_derive_continuous (fun u : R => sqrt (share + (1 - share) * Rsqr u) / (share + (1 - share) * u) - 1) 0).
      unfold Rsqr. auto_derive. repeat split; lra.
Qed.

(* Tightness: every constant below 1 / sqrt share - 1 is exceeded at some imbalance. *)
Theorem win_split_bound_tight c : c < / sqrt share - 1 -> exists r, 1 <= r /\ c < win_split share r.
Proof. apply lim_exceeds, win_split_limit. Qed.
End Split.
