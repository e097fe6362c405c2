(* The reweighted window for any split of the classes.

   p in (0, 1) is the share of minority classes, p = k_min / k; the STEP profile has imbalance
   ratio r >= 1 (R in the text).  The middle singular value is sqrt (p r + 1 - p), the middle
   effective weight (p r^(1 - gamma) + 1 - p) / (p r + 1 - p); their product is rate_mid_split.
   The majority and minority rates do not depend on the split.

   The window takes all three rates; where a group has a single class its own mode is absent, and
   the statement on the three rates still holds but describes one mode too many.
   Computed by: ufm_theory::window::{reweighted_relative_split, supremum_split}.
   Source: this project (p = 1/2 is the paper's case). *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Window WindowBound.
Open Scope R_scope.

Definition rate_mid_split (p r gamma : R) : R :=
  (p * Rpower r (1 - gamma) + (1 - p)) / sqrt (p * r + (1 - p)).
Definition window_split (p r gamma : R) : R :=
  relative_spread (/ rate_maj r gamma) (/ rate_mid_split p r gamma) (/ rate_min).

(* The closed form at gamma = 1/2. *)
Definition win_split (p r : R) : R := sqrt (p * r + (1 - p)) / (p * sqrt r + (1 - p)) - 1.

(* Equal halves are the split p = 1/2. *)
Theorem rate_mid_split_halves r gamma : 0 < r -> rate_mid_split (1 / 2) r gamma = rate_mid r gamma.
Proof.
  intros H. unfold rate_mid_split, rate_mid.
  replace (2 * (r + 1)) with (Rsqr 2 * (1 / 2 * r + (1 - 1 / 2))) by (unfold Rsqr; field).
  rewrite sqrt_mult, sqrt_Rsqr by (unfold Rsqr; lra).
  assert (0 < sqrt (1 / 2 * r + (1 - 1 / 2))) by (apply sqrt_lt_R0; lra). field. lra.
Qed.

Section Split.
Variable p : R.
Hypothesis Hp : 0 < p < 1.

Lemma split_den r : 0 <= r -> 0 < p * sqrt r + (1 - p).
Proof. intros H. pose proof (sqrt_pos r). nra. Qed.

Lemma split_num r : 0 <= r -> 0 < sqrt (p * r + (1 - p)).
Proof. intros H. apply sqrt_lt_R0. nra. Qed.

Lemma rate_mid_split_half r : 0 < r ->
  rate_mid_split p r (1 / 2) = (p * sqrt r + (1 - p)) / sqrt (p * r + (1 - p)).
Proof.
  intros H. unfold rate_mid_split. replace (1 - 1 / 2) with (1 / 2) by field.
  rewrite Rpower_half by exact H. reflexivity.
Qed.

(* 1 / rate_mid^2 = (p r + 1 - p) / (p sqrt r + 1 - p)^2 at gamma = 1/2. *)
Theorem rate_mid_split_inv_sq r : 0 < r ->
  / Rsqr (rate_mid_split p r (1 / 2)) = (p * r + (1 - p)) / Rsqr (p * sqrt r + (1 - p)).
Proof.
  intros H. rewrite rate_mid_split_half by exact H.
  pose proof (split_den r ltac:(lra)) as Hd. pose proof (split_num r ltac:(lra)) as Hn.
  assert (H0 : 0 < p * r + (1 - p)) by nra. rewrite Rsqr_div', Rsqr_sqrt by lra. unfold Rsqr. field. split; [lra|]. nra.
Qed.

Lemma win_split1_pos r : 0 <= r -> 0 < win_split p r + 1.
Proof.
  intros H. unfold win_split. replace (_ - 1 + 1) with (sqrt (p * r + (1 - p)) / (p * sqrt r + (1 - p))) by ring.
  apply Rdiv_lt_0_compat; [apply split_num | apply split_den]; exact H.
Qed.

Lemma win_split_sq r : 0 <= r ->
  Rsqr (win_split p r + 1) = (p * r + (1 - p)) / Rsqr (p * sqrt r + (1 - p)).
Proof.
  intros H. unfold win_split. replace (_ - 1 + 1) with (sqrt (p * r + (1 - p)) / (p * sqrt r + (1 - p))) by ring.
  rewrite Rsqr_div', Rsqr_sqrt by nra. reflexivity.
Qed.

(* The same square as 1 plus the squared coefficient of variation v^2, with
   v = sqrt (p (1 - p)) (sqrt r - 1) / (1 + p (sqrt r - 1)).
   Computed by window::reweighted_relative_split. *)
Theorem win_split_stable_form r : 0 <= r ->
  win_split p r
  = sqrt (1 + Rsqr (sqrt (p * (1 - p)) * (sqrt r - 1) / (1 + p * (sqrt r - 1)))) - 1.
Proof.
  intros H. cut (win_split p r + 1
    = sqrt (1 + Rsqr (sqrt (p * (1 - p)) * (sqrt r - 1) / (1 + p * (sqrt r - 1))))); [lra|].
  rewrite <- (sqrt_Rsqr (win_split p r + 1)) by (apply Rlt_le, win_split1_pos, H).
  f_equal. rewrite win_split_sq by exact H. pose proof (split_den r H) as Hd.
  rewrite Rsqr_div', Rsqr_mult, Rsqr_sqrt by nra.
  rewrite <- (sqrt_sqrt r H) at 1. unfold Rsqr. field. lra.
Qed.

(* The square in the variable x = sqrt r, compared at two points. *)
Lemma win_split_sq_lt x y : 1 <= x -> x < y ->
  (p * (x * x) + (1 - p)) / Rsqr (p * x + (1 - p)) < (p * (y * y) + (1 - p)) / Rsqr (p * y + (1 - p)).
Proof.
  intros Hx Hy. apply Rminus_gt_0_lt. assert (Dx : 0 < p * x + (1 - p)) by nra.
  assert (Dy : 0 < p * y + (1 - p)) by nra.
  replace (_ - _) with (p * (1 - p) * (y - x) * ((x - 1) * (p * y + (1 - p)) + (y - 1) * (p * x + (1 - p)))
                        / (Rsqr (p * x + (1 - p)) * Rsqr (p * y + (1 - p)))).
  2:{ unfold Rsqr. field. lra. }
  apply Rdiv_lt_0_compat; unfold Rsqr; repeat apply Rmult_lt_0_compat; try lra.
  assert (0 <= (x - 1) * (p * y + (1 - p))) by (apply Rmult_le_pos; lra).
  assert (0 < (y - 1) * (p * x + (1 - p))) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(* No imbalance, no window. *)
Theorem win_split_at_1 : win_split p 1 = 0.
Proof.
  unfold win_split. rewrite sqrt_1. replace (p * 1 + (1 - p)) with 1 by ring. rewrite sqrt_1. field.
Qed.

(* Strictly increasing in the imbalance ratio, for every split. *)
Theorem win_split_increasing r q : 1 <= r -> r < q -> win_split p r < win_split p q.
Proof.
  intros H Hq. pose proof (sqrt_ge1 r H) as Hx.
  assert (Hy : sqrt r < sqrt q) by (apply sqrt_lt_1; lra).
  cut (win_split p r + 1 < win_split p q + 1); [lra|].
  apply Rsqr_incrst_0; [| apply Rlt_le, win_split1_pos; lra | apply Rlt_le, win_split1_pos; lra].
  rewrite !win_split_sq by lra. pose proof (win_split_sq_lt _ _ Hx Hy) as L.
  rewrite !sqrt_sqrt in L by lra. exact L.
Qed.

(* Below 1 / sqrt p - 1, for every r >= 1.  The bound is window::supremum_split. *)
Theorem win_split_lt r : 1 <= r -> win_split p r < / sqrt p - 1.
Proof.
  intros H. pose proof (sqrt_ge1 r H) as Hx. pose proof (sqrt_lt_R0 p ltac:(lra)) as Hs.
  assert (0 < / sqrt p) by (apply Rinv_0_lt_compat; lra).
  cut (win_split p r + 1 < / sqrt p); [lra|].
  apply Rsqr_incrst_0; [| apply Rlt_le, win_split1_pos; lra | lra].
  rewrite win_split_sq, Rsqr_inv', Rsqr_sqrt by lra. pose proof (split_den r ltac:(lra)) as Hd.
  apply Rlt_div_l; [unfold Rsqr; nra|].
  replace (/ p * Rsqr (p * sqrt r + (1 - p)))
    with (p * (sqrt r * sqrt r) + 2 * (1 - p) * sqrt r + (1 - p) * ((1 - p) / p)) by (unfold Rsqr; field; lra).
  rewrite sqrt_sqrt by lra. assert (0 < (1 - p) / p) by (apply Rdiv_lt_0_compat; lra). nra.
Qed.

(* The window defined from the three rates is this closed form. *)
Theorem window_split_half r : 1 <= r -> window_split p r (1 / 2) = win_split p r.
Proof.
  intros H. assert (H0 : 0 <= win_split p r).
  { destruct H as [H | <-]; [|rewrite win_split_at_1; lra].
    rewrite <- win_split_at_1. apply Rlt_le, win_split_increasing; lra. }
  assert (E : / rate_mid_split p r (1 / 2) = win_split p r + 1).
  { rewrite rate_mid_split_half by lra. unfold win_split.
    pose proof (split_den r ltac:(lra)). pose proof (split_num r ltac:(lra)). field. lra. }
  unfold window_split, relative_spread, first_of, last_of.
  rewrite rate_maj_half by lra. rewrite E. unfold rate_min. rewrite Rinv_1.
  rewrite (Rmax_left (_ + 1) 1), (Rmin_right (_ + 1) 1), Rmax_right, Rmin_left by lra. field.
Qed.

(* The bound for the window defined from the rates. *)
Theorem window_split_bound r : 1 <= r -> 0 <= window_split p r (1 / 2) < / sqrt p - 1.
Proof.
  intros H. rewrite window_split_half by exact H. split; [|apply win_split_lt, H].
  destruct H as [H | <-]; [|rewrite win_split_at_1; lra].
  rewrite <- win_split_at_1. apply Rlt_le, win_split_increasing; lra.
Qed.

(* The window tends to 1 / sqrt p - 1. *)
Theorem win_split_limit : is_lim (win_split p) p_infty (/ sqrt p - 1).
Proof.
  apply (is_lim_ext_loc (fun r => sqrt (p + (1 - p) * Rsqr (/ sqrt r)) / (p + (1 - p) * / sqrt r) - 1)).
  - exists 0. intros r Hr. assert (Hx : 0 < sqrt r) by (apply sqrt_lt_R0; lra). unfold win_split.
    replace (p + (1 - p) * Rsqr (/ sqrt r)) with ((p * r + (1 - p)) / r).
    2:{ rewrite <- (sqrt_sqrt r) at 1 2 by lra. unfold Rsqr. field. lra. }
    rewrite sqrt_div by nra. pose proof (split_den r ltac:(lra)).
    field. repeat split; try lra.
  - replace (/ sqrt p - 1) with (sqrt (p + (1 - p) * Rsqr 0) / (p + (1 - p) * 0) - 1).
    2:{ pose proof (sqrt_lt_R0 p ltac:(lra)) as Hs. pose proof (sqrt_sqrt p ltac:(lra)) as E.
        replace (p + (1 - p) * Rsqr 0) with p by (unfold Rsqr; ring).
        replace (p + (1 - p) * 0) with (sqrt p * sqrt p) by lra. field. lra. }
    apply (is_lim_comp_continuous (fun r => / sqrt r)
             (fun u => sqrt (p + (1 - p) * Rsqr u) / (p + (1 - p) * u) - 1)).
    + replace (Finite 0) with (Rbar_inv p_infty) by reflexivity.
      apply is_lim_inv; [apply is_lim_sqrt_p, is_lim_id | discriminate].
    + apply (ex_derive_continuous (fun u : R => sqrt (p + (1 - p) * Rsqr u) / (p + (1 - p) * u) - 1) 0).
      unfold Rsqr. auto_derive. repeat split; lra.
Qed.

(* Tightness: every constant below 1 / sqrt p - 1 is exceeded at some imbalance. *)
Theorem win_split_bound_tight c : c < / sqrt p - 1 -> exists r, 1 <= r /\ c < win_split p r.
Proof. apply lim_exceeds, win_split_limit. Qed.
End Split.
