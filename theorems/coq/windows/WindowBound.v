(* The reweighted window at gamma = 1/2 is zero without imbalance, strictly increasing in it,
   always below sqrt 2 - 1, and no smaller constant bounds it.

   win r = sqrt (2 (r + 1)) / (sqrt r + 1) - 1, derived from the rates in Window.v.
   Hypotheses: r >= 1 (imbalance ratio, R in the text); some statements hold for all r > 0.
   Computed by: ufm_theory::window::{reweighted_relative, reweighted_gap, SUPREMUM}.
   Source: arXiv:2601.12011 (the bound); the rest: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Window.
Open Scope R_scope.

(* With x = sqrt r: (win r + 1)^2 = 2 - 4 x / (x + 1)^2. *)
Lemma win_sq r : 0 <= r -> Rsqr (win r + 1) = 2 - 4 * sqrt r / Rsqr (sqrt r + 1).
Proof.
  intros H. unfold win. pose proof (sqrt_pos r) as Hx.
  replace (sqrt (2 * (r + 1)) / (sqrt r + 1) - 1 + 1)
    with (sqrt (2 * (r + 1)) / (sqrt r + 1)) by ring.
  rewrite Rsqr_div'. rewrite Rsqr_sqrt by lra.
  replace (2 * (r + 1)) with (2 * (sqrt r * sqrt r + 1)) by (rewrite sqrt_sqrt by lra; ring).
  unfold Rsqr. field. lra.
Qed.

Lemma win1_nonneg r : 0 <= r -> 0 <= win r + 1.
Proof.
  intros H. unfold win. pose proof (sqrt_pos r) as Hx.
  replace (_ - 1 + 1) with (sqrt (2 * (r + 1)) / (sqrt r + 1)) by ring.
  apply Rdiv_le_0_compat; [apply sqrt_pos | lra].
Qed.

(* No imbalance, no window. *)
Theorem win_at_1 : win 1 = 0.
Proof.
  unfold win. replace (2 * (1 + 1)) with (Rsqr 2) by (unfold Rsqr; ring).
  rewrite sqrt_Rsqr, sqrt_1 by lra. field.
Qed.

(* The window is strictly increasing in the imbalance ratio. *)
Theorem win_increasing r q : 1 <= r -> r < q -> win r < win q.
Proof.
  intros H Hq. pose proof (sqrt_ge1 r H) as Hx.
  assert (Hy : sqrt r < sqrt q) by (apply sqrt_lt_1; lra).
  cut (win r + 1 < win q + 1); [lra|].
  apply Rsqr_incrst_0; [| apply win1_nonneg; lra | apply win1_nonneg; lra].
  rewrite !win_sq by lra. set (x := sqrt r) in *. set (y := sqrt q) in *.
  cut (4 * y / Rsqr (y + 1) < 4 * x / Rsqr (x + 1)); [lra|].
  apply Rminus_gt_0_lt.
  replace (_ - _) with (4 * (y - x) * (x * y - 1) / (Rsqr (x + 1) * Rsqr (y + 1))).
  2:{ unfold Rsqr. field. lra. }
  apply Rdiv_lt_0_compat; unfold Rsqr.
  - repeat apply Rmult_lt_0_compat; nra.
  - repeat apply Rmult_lt_0_compat; lra.
Qed.

(* The bound: win r < sqrt 2 - 1, here for every r > 0. *)
Theorem win_lt_sqrt2 r : 0 < r -> win r < sqrt 2 - 1.
Proof.
  intros H. pose proof (sqrt_lt_R0 r H) as Hx.
  cut (win r + 1 < sqrt 2); [lra|].
  apply Rsqr_incrst_0; [| apply win1_nonneg; lra | apply sqrt_pos].
  rewrite win_sq, Rsqr_sqrt by lra.
  cut (0 < 4 * sqrt r / Rsqr (sqrt r + 1)); [lra|].
  apply Rdiv_lt_0_compat; unfold Rsqr; nra.
Qed.

(* The bound as the headline states it, for the window defined from the rates. *)
Theorem window_bound r : 1 <= r -> 0 <= window r (1 / 2) < sqrt 2 - 1.
Proof.
  intros H. rewrite window_half_is_win by exact H. split; [|apply win_lt_sqrt2; lra].
  destruct H as [H | <-]; [|rewrite win_at_1; lra].
  apply Rlt_le. rewrite <- win_at_1. apply win_increasing; lra.
Qed.

(* The window tends to sqrt 2 - 1. *)
Theorem win_limit : is_lim win p_infty (sqrt 2 - 1).
Proof.
  (* win r = sqrt (2 - 4 u / (1+u)^2) - 1 with u = / sqrt r *)
  apply (is_lim_ext_loc (fun r => sqrt (2 - 4 * / sqrt r / Rsqr (1 + / sqrt r)) - 1)).
  - exists 0. intros r Hr.
    assert (Hx : 0 < sqrt r) by (apply sqrt_lt_R0; lra).
    cut (sqrt (2 - 4 * / sqrt r / (1 + / sqrt r)²) = win r + 1); [lra|].
    rewrite <- (sqrt_Rsqr (win r + 1)) by (apply win1_nonneg; lra).
    rewrite win_sq by lra. f_equal. f_equal. unfold Rsqr. field. lra.
  - replace (sqrt 2 - 1) with (sqrt (2 - 4 * 0 / Rsqr (1 + 0)) - 1).
    2:{ do 2 f_equal. field. unfold Rsqr. lra. }
    apply (is_lim_comp_continuous (fun r => / sqrt r)
             (fun u => sqrt (2 - 4 * u / Rsqr (1 + u)) - 1)).
    + replace (Finite 0) with (Rbar_inv p_infty) by reflexivity.
      apply is_lim_inv; [apply is_lim_sqrt_p, is_lim_id | discriminate].
    + apply (ex_derive_continuous (fun u : R => sqrt (2 - 4 * u / Rsqr (1 + u)) - 1) 0).
      unfold Rsqr. auto_derive. repeat split; lra.
Qed.

(* A function with limit l at infinity exceeds any smaller constant somewhere beyond 1. *)
Lemma lim_exceeds (f : R -> R) (l c : R) : is_lim f p_infty l -> c < l ->
  exists r, 1 <= r /\ c < f r.
Proof.
  intros L Hc.
  assert (E : Rbar_locally' p_infty (fun r => c < f r)).
  { apply L. exists (mkposreal (l - c) ltac:(lra)). simpl.
    intros y Hy. unfold ball in Hy; simpl in Hy; unfold AbsRing_ball, abs, minus, plus, opp in Hy;
    simpl in Hy. apply Rabs_def2 in Hy. lra. }
  destruct E as [M HM]. exists (Rmax 1 (M + 1)). split; [apply Rmax_l|].
  apply HM. pose proof (Rmax_r 1 (M + 1)). lra.
Qed.

(* Tightness: every constant below sqrt 2 - 1 is exceeded at some imbalance. *)
Theorem win_bound_tight c : c < sqrt 2 - 1 -> exists r, 1 <= r /\ c < win r.
Proof. apply lim_exceeds, win_limit. Qed.

(* The form used numerically: win r = sqrt (1 + q^2) - 1 with q = (sqrt r - 1) / (sqrt r + 1),
   free of cancellation as r tends to 1.  Computed by window::reweighted_relative. *)
Theorem win_stable_form r : 0 <= r ->
  win r = sqrt (1 + Rsqr ((sqrt r - 1) / (sqrt r + 1))) - 1.
Proof.
  intros H. pose proof (sqrt_pos r).
  cut (win r + 1 = sqrt (1 + Rsqr ((sqrt r - 1) / (sqrt r + 1)))); [lra|].
  rewrite <- (sqrt_Rsqr (win r + 1)) by (apply win1_nonneg, H).
  f_equal. rewrite win_sq by exact H. unfold Rsqr. field. lra.
Qed.

(* The gap to the bound: with x = sqrt r,
   sqrt 2 - 1 - win r = 4 x / ((x + 1)^2 (sqrt 2 + 1 + win r)).  Computed by window::reweighted_gap. *)
Theorem win_gap r : 0 < r ->
  sqrt 2 - 1 - win r = 4 * sqrt r / (Rsqr (sqrt r + 1) * (sqrt 2 + 1 + win r)).
Proof.
  intros H. pose proof (win1_nonneg r ltac:(lra)) as Hw. pose proof (win_sq r ltac:(lra)) as E.
  pose proof (sqrt_pos r). pose proof (sqrt_lt_R0 2 ltac:(lra)). pose proof (sqrt_sqrt 2 ltac:(lra)).
  set (x := sqrt r) in *. set (w := win r) in *. set (c := sqrt 2) in *.
  apply (Rmult_eq_reg_r (c + 1 + w)); [|lra].
  replace (4 * x / (Rsqr (x + 1) * (c + 1 + w)) * (c + 1 + w)) with (4 * x / Rsqr (x + 1))
    by (unfold Rsqr; field; nra).
  transitivity (c * c - Rsqr (w + 1)); [unfold Rsqr; ring|]. lra.
Qed.
