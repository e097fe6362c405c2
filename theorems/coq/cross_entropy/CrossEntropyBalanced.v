(* The unweighted cross-entropy without imbalance, from a spectral start: one margin for all modes, in closed form.

   k = p + q classes of n samples each.  All modes have the fraction x, and the logits of a sample of class c are x ([i = c] - 1 / k), with
        x' = 2 sqrt n x k / (exp x + k - 1),   so   2 sqrt n t = ln (x / x0) + (1 / k) int_x0^x (exp u - 1) / u du;
   the five numbers of FiveNumbers.v have r = x in both groups.

   Hypotheses: p, q >= 1, n > 0; any map of samples to classes with these counts; Q has orthonormal columns; W and H follow the flow from
   a spectral start of one amplitude (there is one flow: CrossEntropyWellPosed.v).
   Computed by: ufm_theory::cross_entropy::balanced_time.
   Source: this project; the balanced case is that of Garrod, Keating and Thrampoulidis, arXiv:2512.04006. *)
From Coq Require Import Reals Lra Lia Psatz Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow StepModes ExactMatrices Uniqueness WellPosed MatrixCalculus StepFlow StepWindow.
From UFM Require Import CrossEntropy CrossEntropySymmetry CrossEntropyWellPosed CrossEntropyStep CrossEntropyOrder FiveNumbers.
Open Scope R_scope.

(* The time at which the margin is x, times 2 sqrt n. *)
Definition margin_time (k x0 x : R) : R := ln (x / x0) + / k * RInt (fun u => (exp u - 1) / u) x0 x.

Lemma excess_continuous u : 0 < u -> continuous (fun u => (exp u - 1) / u) u.
Proof. intros Hu. apply (ex_derive_continuous (fun u : R => (exp u - 1) / u) u). auto_derive. lra. Qed.

Lemma margin_time_derive k x0 v : 0 < k -> 0 < x0 ->
  is_derive (fun v => margin_time k x0 (exp v)) v ((exp (exp v) + (k - 1)) / k).
Proof.
  intros Hk H0. set (f := fun u => (exp u - 1) / u). pose proof (exp_pos v) as P.
  assert (DI : is_derive (fun y => RInt f x0 y) (exp v) (f (exp v))).
  { apply (is_derive_RInt f (fun y => RInt f x0 y) x0 (exp v)); [|apply excess_continuous, P].
    exists (mkposreal _ P). intros y Hy. apply (@RInt_correct R_CompleteNormedModule), (ex_RInt_continuous f).
    apply Rabs_def2 in Hy. simpl in Hy. unfold minus, plus, opp in Hy; simpl in Hy.
    intros u Hu. apply excess_continuous. apply Rlt_le_trans with (2 := proj1 Hu). apply Rmin_glb_lt; lra. }
  apply (is_derive_ext (fun v => (v - ln x0) + / k * RInt f x0 (exp v))).
  { intros u. unfold margin_time. fold f. pose proof (exp_pos u). unfold Rdiv.
    rewrite ln_mult, ln_exp, ln_Rinv by (try apply Rinv_0_lt_compat; assumption). reflexivity. }
  apply (is_derive_ext_value _ v (1 + / k * (exp v * f (exp v)))); [unfold f; field; lra|].
  apply (is_derive_plus (fun v => v - ln x0) (fun v => / k * RInt f x0 (exp v))); [auto_derive; [exact I | ring]|].
  apply (is_derive_scal (fun v => RInt f x0 (exp v))).
  apply (is_derive_comp (fun y => RInt f x0 y) exp v _ _ DI). apply is_derive_exp.
Qed.

(* Its inverse is the margin. *)
Theorem margin_exists k rho x0 : 1 <= k -> 0 < x0 -> exists y : R -> R, exp (y 0) = x0 /\
  (forall t, is_derive y t (2 * rho * (k / (exp (exp (y t)) + (k - 1))))) /\
  forall x t, 0 < x -> 2 * rho * t = margin_time k x0 x -> exp (y t) = x.
Proof.
  intros Hk H0. destruct (inverse_function (fun v => margin_time k x0 (exp v)) (fun v => (exp (exp v) + (k - 1)) / k)) as [z [Ez Dz]].
  - intros v. apply margin_time_derive; lra.
  - intros v. pose proof (exp_pos v). pose proof (exp_ineq1_le (exp v)). apply Rle_div_r; lra.
  - exists (fun t => z (2 * rho * t)). split; [|split].
    + rewrite Rmult_0_r. replace 0 with (margin_time k x0 (exp (ln x0))); [rewrite Ez; apply exp_ln, H0|].
      rewrite exp_ln by exact H0. unfold margin_time. rewrite RInt_point. unfold zero. simpl.
      replace (x0 / x0) with 1 by (field; lra). rewrite ln_1. ring.
    + intros t. pose proof (Dz (2 * rho * t)) as D. pose proof (exp_pos (exp (z (2 * rho * t)))).
      apply (is_derive_ext_value _ t (scal (2 * rho) (/ ((exp (exp (z (2 * rho * t))) + (k - 1)) / k)))).
      * unfold scal; simpl; unfold mult; simpl. field. lra.
      * apply (is_derive_comp z (fun t => 2 * rho * t) t _ _ D). auto_derive; [exact I | ring].
    + intros x t Hx E. rewrite E. rewrite <- (exp_ln x Hx) at 1. rewrite Ez. apply exp_ln, Hx.
Qed.

Section Balanced.
Variables (p q N d : nat) (y : nat -> nat) (n : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat) (Hn : 0 < n).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = n.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation V := (step_V p q y n n).
Notation sigma := (step_sigma p q n n).
Notation start := (spectral_start p q N d y n n Q).

Lemma balanced_sigma c : sigma c = sqrt n.
Proof.
  unfold step_sigma. f_equal. destruct c as [|c]; unfold step_square; [|destruct (majority p (S c)); reflexivity].
  destruct (INR_pq p q Hp Hq) as [P [Q0 K]]. rewrite K. field. lra.
Qed.

Lemma step_counts c : (c < k)%nat -> sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then n else n.
Proof. intros Hc. rewrite (counts c Hc). destruct (majority p c); reflexivity. Qed.

(* One margin is that of labels, in both parts. *)
Lemma two_parts_one x i c : (i < k)%nat -> (c < k)%nat -> two_parts p q x x i c = x * step_labels p q (fun _ => c) i 0.
Proof.
  intros Hi Hc. unfold two_parts. rewrite <- (modes_kernel p q Hp Hq (fun _ => x) (fun _ => x)) by (try reflexivity; assumption).
  rewrite sum_scal, (step_U_complete p q Hp Hq i c Hi Hc). reflexivity.
Qed.

(* The amplitude of the labels is their singular value. *)
Lemma labels_amplitude x L c : (c < r)%nat -> (forall i j, (i < k)%nat -> (j < N)%nat -> L i j = x * step_labels p q y i j) ->
  amplitude k N U V L c c = x * sigma c.
Proof.
  intros Hc E. unfold amplitude.
  rewrite (sum_ext k _ (fun i => x * sigma c * (U i c * U i c))).
  - rewrite sum_scal, (step_U_orthonormal p q Hp Hq c c Hc Hc), Nat.eqb_refl. ring.
  - intros i Hi. rewrite (sum_ext N _ (fun j => x * U i c * (V j c * sum r (fun a => (U i a * sigma a) * V j a)))).
    + rewrite sum_scal, (project N r V (fun a => U i a * sigma a) c); [ring | | exact Hc].
      apply (step_V_orthonormal p q Hp Hq N y n n Hn Hn Hy step_counts).
    + intros j Hj. rewrite (E i j Hi Hj), (step_labels_modes p q Hp Hq N y n n Hn Hn Hy i j Hi Hj). ring.
Qed.

Lemma along_one b x : along p q b x x = INR k / (exp x + (INR k - 1)) /\ within_group p q b x x = INR k / (exp x + (INR k - 1)).
Proof.
  destruct (sizes p q Hp Hq b) as [S1 [O1 [K1 _]]]. unfold along, within_group, partition.
  replace (- ((x - x) / INR (group_size p q b))) with 0 by (field; lra). rewrite exp_0, K1. split; f_equal; ring.
Qed.

(* The matrices and the five numbers have one margin, in closed form. *)
Theorem balanced_margin w0 W H : 0 < w0 -> cross_entropy_flow p q N d y (fun _ => 1) W H -> start (fun _ => w0) (W 0) (H 0) ->
  exists x : R -> R,
    (forall t, 0 <= t -> (forall c, (c < r)%nat -> learned_fraction p q N d y n n W H c t = x t) /\
       forall i j, (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j = x t * step_labels p q y i j) /\
    (exists w a e, five_numbers p q (fun _ => n) (fun _ => 1) w a (fun b t => e b t * e b t / sqrt n) /\
       forall t, 0 <= t -> agree k d (W t) (five_W p q Q w e t) /\
         agree d N (H t) (five_H p q y n n Q (fun b t => a b t / contrast_of p q b) e t) /\
         forall b, logit_along p q w a b t = x t /\ e b t * e b t / sqrt n = x t) /\
    x 0 = w0 * w0 / sqrt n /\
    forall X, x 0 <= X -> x ((ln (X / x 0) + / INR k * RInt (fun u => (exp u - 1) / u) (x 0) X) / (2 * sqrt n)) = X.
Proof.
  intros P0 F S0. pose proof (sqrt_lt_R0 n Hn) as Sn. pose proof (sqrt_sqrt n (Rlt_le _ _ Hn)) as SS.
  pose proof (sqrt_lt_R0 _ Sn) as Rn. pose proof (sqrt_sqrt (sqrt n) (Rlt_le _ _ Sn)) as RR.
  set (s := sqrt n) in *. set (h := sqrt s) in *.
  assert (X0 : 0 < w0 * w0 / s) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption).
  assert (K1 : 1 <= INR k) by (apply (le_INR 1); lia).
  destruct (margin_exists (INR k) s (w0 * w0 / s) K1 X0) as [z [Z0 [Dz Tz]]].
  set (x := fun t => exp (z t)). set (e := fun (_ : bool) t => h * exp (z t / 2)).
  assert (Ex : forall b t, e b t * e b t / s = x t).
  { intros b t. unfold e, x. assert (E2 : exp (z t) = exp (z t / 2) * exp (z t / 2)) by (rewrite <- exp_plus; f_equal; field).
    rewrite E2. transitivity (h * h * (exp (z t / 2) * exp (z t / 2)) / s); [unfold Rdiv; ring | rewrite RR; field; lra]. }
  assert (De : forall b t, is_derive (e b) t (s * (INR k / (exp (x t) + (INR k - 1))) * e b t)).
  { intros b t. pose proof (Dz t) as D. pose proof (exp_pos (exp (z t))). unfold e. auto_derive; [eexists; exact D|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun v => z v) t = _). unfold x, Rdiv. field. lra. }
  set (w := e true). set (v := fun b t => e b t / s).
  assert (Er : forall b t, w t * v b t = x t).
  { intros b t. rewrite <- (Ex b t). unfold w, v, e, Rdiv. ring. }
  assert (E0 : forall b, e b 0 = w0).
  { intros b. apply Rsqr_inj; [unfold e; pose proof (exp_pos (z 0 / 2)); apply Rmult_le_pos; lra | lra|].
    unfold Rsqr. pose proof (Ex b 0) as E. unfold x in E. rewrite Z0 in E. apply (Rmult_eq_reg_r (/ s)); [exact E|].
    apply Rinv_neq_0_compat. lra. }
  assert (FQ : forall b t, fraction_of n n e b t = x t).
  { intros b t. rewrite <- (Ex b t). unfold fraction_of. destruct b; reflexivity. }
  destruct (INR_pq p q Hp Hq) as [PP [PQ PK]].
  assert (FF : follows k d N (five_W p q Q w e) (five_H p q y n n Q v e)
    (fun t => drive k y (fun j => (fun _ => 1) (sample_group p y j)) (mul d (five_W p q Q w e t) (five_H p q y n n Q v e t)))).
  { apply (five_follow p q N d y n n Q (fun _ => 1) Hp Hq Hn Hn Hy step_counts HQ w v e).
    - intros t Ht. unfold strength. rewrite !FQ, !Er, !(proj1 (along_one _ _)).
      apply (is_derive_ext_value _ t _ _) with (2 := De true t). unfold w, v. change (e false t) with (e true t).
      set (A := INR k / (exp (x t) + (INR k - 1))). rewrite <- SS, PK. field. lra.
    - intros b t Ht. unfold strength. rewrite FQ, Er, (proj1 (along_one _ _)).
      apply (is_derive_ext_value _ t (s * (INR k / (exp (x t) + (INR k - 1))) * e b t * / s)).
      + unfold w. change (e true t) with (e b t). pose proof (exp_pos (x t)). field. lra.
      + apply (is_derive_scal_l (e b) t _ (/ s)), De.
    - intros b t Ht _. rewrite FQ, Er, (proj2 (along_one _ _)).
      apply (is_derive_ext_value _ t _ _) with (2 := De b t). unfold s. destruct b; ring. }
  assert (S1 : start (fun _ => w0) (five_W p q Q w e 0) (five_H p q y n n Q v e 0)).
  { split; [intros i l _ _ | intros l j _ Hj].
    - apply sum_ext. intros [|c] Hc; unfold in_classifier, w; rewrite E0; reflexivity.
    - apply sum_ext. intros c Hc. unfold step_V. rewrite balanced_sigma. fold s. destruct c as [|c]; unfold in_features, v.
      + rewrite E0. unfold Rdiv. ring.
      + rewrite E0. replace (sqrt (if majority p (S c) then n else n)) with s by (unfold s; destruct (majority p (S c)); reflexivity).
        unfold Rdiv. ring. }
  assert (EQ : forall t, 0 <= t -> agree k d (W t) (five_W p q Q w e t) /\ agree d N (H t) (five_H p q y n n Q v e t)).
  { destruct (cross_entropy_well_posed k d N y (fun _ => 1) Hy ltac:(intros; lra) (W 0) (H 0)) as [W1 [H1 [_ [_ [_ UU]]]]].
    intros t Ht. destruct S0 as [SW SH]. destruct S1 as [SW1 SH1].
    destruct (UU W H (agree_refl _ _ _) (agree_refl _ _ _) F t Ht) as [A1 A2].
    destruct (UU _ _ (agree_trans _ _ _ _ _ SW1 (agree_sym _ _ _ _ SW)) (agree_trans _ _ _ _ _ SH1 (agree_sym _ _ _ _ SH)) FF t Ht) as [B1 B2].
    split; [apply (agree_trans _ _ _ _ _ A1), agree_sym, B1 | apply (agree_trans _ _ _ _ _ A2), agree_sym, B2]. }
  assert (EL : forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j = x t * step_labels p q y i j).
  { intros t i j Ht Hi Hj. destruct (EQ t Ht) as [AW AH]. rewrite (agree_mul k d N _ _ _ _ AW AH i j Hi Hj).
    rewrite (five_logits p q N d y n n Q Hp Hq Hy HQ w v e t i j Hi Hj), FQ, Er.
    apply (two_parts_one (x t) i (y j) Hi (Hy j Hj)). }
  assert (C : forall b, 0 < contrast_of p q b /\ contrast_of p q b * contrast_of p q b
    = INR (group_size p q (negb b)) / (INR (group_size p q b) * INR k)) by (apply contrast_square; assumption).
  set (a := fun b t => contrast_of p q b * v b t).
  assert (La : forall b t, logit_along p q w a b t = x t).
  { intros b t. rewrite <- (Er b t). unfold logit_along, a. destruct (C b). field. lra. }
  exists x. split; [|split; [|split]].
  - intros t Ht. split; [|intros i j; apply EL, Ht]. intros c Hc. unfold learned_fraction.
    rewrite (labels_amplitude (x t) _ c Hc (fun i j => EL t i j Ht)), balanced_sigma. fold s. field. lra.
  - exists w, a, e. split.
    + intros t Ht. cbv beta zeta. rewrite !La, !Ex, !(proj1 (along_one _ _)).
      set (A := INR k / (exp (x t) + (INR k - 1))). destruct (C true) as [C1 T1]. destruct (C false) as [C2 T2].
      destruct (sizes p q Hp Hq true) as [G1 [G2 [G3 _]]]. simpl negb in *. split.
      * apply (is_derive_ext_value _ t _ _) with (2 := De true t). fold A. unfold a, v. change (e false t) with (e true t).
        transitivity (INR (group_size p q true) * n * (contrast_of p q true * contrast_of p q true) * A * (e true t / s)
          + INR (group_size p q false) * n * (contrast_of p q false * contrast_of p q false) * A * (e true t / s)); [|ring].
        rewrite T1, T2, G3, <- SS. change (negb true) with false in *. change (negb false) with true in *. field. lra.
      * intros b. rewrite La, Ex, (proj1 (along_one _ _)), (proj2 (along_one _ _)). fold A. split.
        -- apply (is_derive_ext_value _ t (contrast_of p q b * (s * A * e b t * / s))); [unfold w; change (e true t) with (e b t); field; lra|].
           apply (is_derive_scal (v b)). apply (is_derive_scal_l (e b) t _ (/ s)), De.
        -- intros _. apply (is_derive_ext x); [intros u; symmetry; apply Ex|]. pose proof (Dz t) as D. unfold x at 1.
           auto_derive; [eexists; exact D|]. rewrite (is_derive_unique _ _ _ D : Derive (fun v => z v) t = _).
           fold (x t). fold A. fold s. ring.
    + intros t Ht. destruct (EQ t Ht) as [AW AH]. split; [exact AW|]. split; [|intros b; split; [apply La | apply Ex]].
      intros l j Hl Hj. rewrite (AH l j Hl Hj). apply sum_ext. intros [|c] Hc; [|reflexivity]. unfold in_features, a.
      destruct (C (majority p (y j))). f_equal. f_equal. field. lra.
  - exact Z0.
  - intros X HX. assert (E1 : x 0 = w0 * w0 / s) by exact Z0. rewrite E1 in *. apply Tz; [lra|]. unfold margin_time. field. lra.
Qed.

(* From either spectral start, without weights. *)
Theorem balanced_cross_entropy delta W H : cross_entropy_flow p q N d y (power_weight n n 0) W H ->
  start (fun _ => exp (- delta)) (W 0) (H 0) \/ start (fun c => sqrt (sigma c * exp (-2 * delta))) (W 0) (H 0) ->
  exists x : R -> R,
    (forall t, 0 <= t -> (forall c, (c < r)%nat -> learned_fraction p q N d y n n W H c t = x t) /\
       forall i j, (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j = x t * step_labels p q y i j) /\
    (exists w a e, five_numbers p q (fun _ => n) (fun _ => 1) w a (fun b t => e b t * e b t / sqrt n) /\
       forall t, 0 <= t -> agree k d (W t) (five_W p q Q w e t) /\
         agree d N (H t) (five_H p q y n n Q (fun b t => a b t / contrast_of p q b) e t) /\
         forall b, logit_along p q w a b t = x t /\ e b t * e b t / sqrt n = x t) /\
    0 < x 0 /\ forall X, x 0 <= X -> x ((ln (X / x 0) + / INR k * RInt (fun u => (exp u - 1) / u) (x 0) X) / (2 * sqrt n)) = X.
Proof.
  intros F S0. assert (F1 : cross_entropy_flow p q N d y (fun _ => 1) W H).
  { unfold cross_entropy_flow in *. replace (fun _ : nat => 1) with (fun j => power_weight n n 0 (sample_group p y j)); [exact F|].
    apply FunctionalExtensionality.functional_extensionality. intros j. unfold power_weight. rewrite Ropp_0.
    destruct (sample_group p y j); apply Rpower_O, Hn. }
  assert (S1 : exists w0, 0 < w0 /\ start (fun _ => w0) (W 0) (H 0)).
  { destruct S0 as [S0 | [SW SH]]; [exists (exp (- delta)); split; [apply exp_pos | exact S0]|].
    exists (sqrt (sqrt n * exp (-2 * delta))). split.
    - apply sqrt_lt_R0, Rmult_lt_0_compat; [apply sqrt_lt_R0, Hn | apply exp_pos].
    - split; [intros i l Hi Hl; rewrite (SW i l Hi Hl) | intros l j Hl Hj; rewrite (SH l j Hl Hj)];
        apply sum_ext; intros c _; rewrite balanced_sigma; reflexivity. }
  destruct S1 as [w0 [P0 S1]]. destruct (balanced_margin w0 W H P0 F1 S1) as [x [A [B [X0 T]]]].
  exists x. split; [exact A|]. split; [exact B|]. split; [|exact T].
  rewrite X0. apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat | apply sqrt_lt_R0]; assumption.
Qed.
End Balanced.
